// embed-extract: e[t, part] = v / |v|, where v is one head's pre-rotary vector in row t of the projections
// bindings  0 params uniform | 1 qkv [*, row_stride] f32 read | 2 e [*, num_parts, head_dim] f32 write
// dispatch  one invocation per token
// needs     head_dim, row_stride and column multiples of 4; a zero vector stays zero; twin: embed-extract.ref.ts; tolerance class: reduction-f32

struct Params {
  num_tokens: u32,
  row_stride: u32,
  column: u32,
  head_dim: u32,
  part: u32,
  num_parts: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> e: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x;
  if (token >= params.num_tokens) {
    return;
  }
  let size = params.head_dim / 4u;
  let source = (token * params.row_stride + params.column) / 4u;
  let to = (token * params.num_parts + params.part) * size;
  var sum = 0.0;
  for (var d = 0u; d < size; d++) {
    let v = qkv[source + d];
    sum += dot(v, v);
  }
  let factor = inverseSqrt(max(sum, 1.0e-30));
  for (var d = 0u; d < size; d++) {
    e[to + d] = qkv[source + d] * factor;
  }
}
