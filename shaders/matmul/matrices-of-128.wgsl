// matmul/matrices-of-128: 128 tokens a workgroup of eight subgroups, 32 columns a turn: 28 KiB of workgroup memory, half the turns
// needs     matrix-product.wgsl

const tile_tokens = 128u;
const tile_k = 32u;

alias Fours = mat4x4f;

fn inputs_of(token: u32, column: u32) -> Fours {
  return Fours(
    input(token, column), input(token + tokens_at_once, column),
    input(token + 2u * tokens_at_once, column), input(token + 3u * tokens_at_once, column),
  );
}

fn keep_fours(at: u32, inputs: Fours) {
  keep_inputs(at, stored(inputs[0]));
  keep_inputs(at + tokens_at_once * pitch, stored(inputs[1]));
  keep_inputs(at + 2u * tokens_at_once * pitch, stored(inputs[2]));
  keep_inputs(at + 3u * tokens_at_once * pitch, stored(inputs[3]));
}
