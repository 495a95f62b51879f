// decode-values: y[h] = factors[h] * sum_j s[h, j] * values[kv(h), j], one query token
// bindings  0 params uniform | 1 s [num_heads, key_stride] f32 read (exp, unnormalised) | 2 factors [num_heads] f32 read
//           3 values [num_kv_heads, capacity, head_dim] f32 read | 4 y [num_heads * head_dim] f32 write
// dispatch  one invocation per head and four dimensions
// needs     head_dim a multiple of 4; twin: ../attention-values/attention-values.ref.ts with one row; tolerance class: reduction-f32

struct Params {
  num_keys: u32,
  num_heads: u32,
  group_size: u32,
  head_dim: u32,
  capacity: u32,
  key_stride: u32,
}

override WORKGROUP_SIZE: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> s: array<f32>;
@group(0) @binding(2) var<storage, read> factors: array<f32>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.head_dim / 4u;
  let head = id.y;
  if (id.x >= size) {
    return;
  }
  let row = (head / params.group_size) * params.capacity;
  var sum = vec4f();
  for (var key = 0u; key < params.num_keys; key++) {
    sum = fma(vec4f(s[head * params.key_stride + key]), values[(row + key) * size + id.x], sum);
  }
  y[head * size + id.x] = sum * factors[head];
}
