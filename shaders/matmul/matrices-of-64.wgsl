// matmul/matrices-of-64: 64 tokens a workgroup of four subgroups, sixteen columns a turn: 13 KiB of workgroup memory
// needs     matrix-product.wgsl

const tile_tokens = 64u;
const tile_k = 16u;

alias Fours = mat2x4f;

fn inputs_of(token: u32, column: u32) -> Fours {
  return Fours(input(token, column), input(token + tokens_at_once, column));
}

fn keep_fours(at: u32, inputs: Fours) {
  keep_inputs(at, stored(inputs[0]));
  keep_inputs(at + tokens_at_once * pitch, stored(inputs[1]));
}
