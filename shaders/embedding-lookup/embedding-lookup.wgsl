// embedding-lookup: y[t, c] = dequantised embedding[ids[t], c]
// bindings  0 params uniform | 1 quants, 2 scales (lib/weights.wgsl) | 3 ids [num_tokens] u32 read | 4 y [num_tokens, hidden_size] f32 write
// dispatch  one invocation per token and eight columns
// needs     hidden_size a multiple of 8; ids below the vocabulary size; twin: embedding-lookup.ref.ts; tolerance class: elementwise-f32

struct Params {
  num_tokens: u32,
  hidden_size: u32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> ids: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 8u;
  let token = id.y;
  if (column >= params.hidden_size || token >= params.num_tokens) {
    return;
  }
  let w = weights8(ids[token], column, params.hidden_size);
  let out = (token * params.hidden_size + column) / 4u;
  y[out] = w[0];
  y[out + 1u] = w[1];
}
