// rotate-kept: brings the kept entries of the compressed cache in front of a chunk: keys rotated by slot, values as they are
// bindings  0 params uniform | 1 kept_kv [2, num_kv_heads, budget, head_dim] f32 read (unrotated keys, then values)
//           2 angles [*, head_dim / 2] (cos, sin) read | 3 keys, 4 values [num_kv_heads, capacity, head_dim] f32 write
// override  HALF_PAIRS as in rope-cache
// dispatch  one invocation per slot, KV head and pair
// needs     twin: rotate-kept.ref.ts; tolerance class: elementwise-f32

struct Params {
  num_slots: u32,
  num_kv_heads: u32,
  head_dim: u32,
  budget: u32,
  capacity: u32,
}

override HALF_PAIRS: u32 = 0u;
override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> kept_kv: array<f32>;
@group(0) @binding(2) var<storage, read> angles: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> keys: array<f32>;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let half_dim = params.head_dim / 2u;
  let head = id.x / half_dim;
  let slot = id.y;
  if (head >= params.num_kv_heads || slot >= params.num_slots) {
    return;
  }
  let pair = id.x % half_dim;
  var first = 2u * pair;
  var second = first + 1u;
  if (HALF_PAIRS == 1u) {
    first = pair;
    second = pair + half_dim;
  }
  let source = (head * params.budget + slot) * params.head_dim;
  let to = (head * params.capacity + slot) * params.head_dim;
  let a = kept_kv[source + first];
  let b = kept_kv[source + second];
  let angle = angles[slot * half_dim + pair];
  keys[to + first] = a * angle.x - b * angle.y;
  keys[to + second] = a * angle.y + b * angle.x;
  let plane = params.num_kv_heads * params.budget * params.head_dim;
  values[to + first] = kept_kv[plane + source + first];
  values[to + second] = kept_kv[plane + source + second];
}
