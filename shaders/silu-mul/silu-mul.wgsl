// silu-mul: y[t, c] = silu(gate[t, c]) * up[t, c], where x[t] = [gate[t], up[t]] and silu(v) = v / (1 + exp(-v))
// bindings  0 params uniform | 1 x [num_tokens, 2 * intermediate_size] f32 read | 2 y [num_tokens, intermediate_size] f32 write
// dispatch  one invocation per token and four columns
// needs     intermediate_size a multiple of 4; twin: silu-mul.ref.ts; tolerance class: elementwise-f32

struct Params {
  first_token: u32,
  num_tokens: u32,
  intermediate_size: u32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.intermediate_size / 4u;
  if (id.x >= size || id.y >= params.num_tokens) {
    return;
  }
  let token = params.first_token + id.y;
  let gate = x[token * 2u * size + id.x];
  let up = x[(token * 2u + 1u) * size + id.x];
  y[token * size + id.x] = gate / (1.0 + exp(-gate)) * up;
}
