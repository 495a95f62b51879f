// decode-scores: s[h, j] = scale * q[h] . keys[kv(h), j], one query token
// bindings  0 params uniform | 1 q [num_heads * head_dim] f32 read | 2 keys [num_kv_heads, capacity, head_dim] f32 read
//           3 s [num_heads, key_stride] f32 write
// dispatch  one invocation per key and head
// needs     head_dim a multiple of 4; twin: ../attention-scores/attention-scores.ref.ts with one row; tolerance class: reduction-f32

struct Params {
  num_keys: u32,
  num_heads: u32,
  group_size: u32,
  head_dim: u32,
  capacity: u32,
  key_stride: u32,
  scale: f32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> s: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let key = id.x;
  let head = id.y;
  if (key >= params.num_keys) {
    return;
  }
  let size = params.head_dim / 4u;
  let row = ((head / params.group_size) * params.capacity + key) * size;
  var sum = vec4f();
  for (var d = 0u; d < size; d++) {
    sum = fma(q[head * size + d], keys[row + d], sum);
  }
  s[head * params.key_stride + key] = dot(sum, vec4f(params.scale));
}
