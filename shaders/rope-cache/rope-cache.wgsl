// rope-cache: splits projected rows [q | k | v], rotates q and k by position, and puts k and v into the cache
// bindings  0 params uniform | 1 qkv [*, (num_heads + 2 num_kv_heads) * head_dim] f32 read | 2 angles [max_position, head_dim / 2] (cos, sin) read
//           3 q [*, num_heads * head_dim] f32 write | 4 keys, 5 values [num_kv_heads, capacity, head_dim] f32 write
// override  HALF_PAIRS 0: pairs (2i, 2i+1); 1: pairs (i, i + head_dim / 2)
// dispatch  one invocation per token, head of q, k or v, and pair; token first_token + i gets slot and position first_slot + i
// needs     twin: rope-cache.ref.ts; tolerance class: elementwise-f32 (RoFormer, arXiv 2104.09864)

struct Params {
  first_token: u32,
  num_tokens: u32,
  first_slot: u32,
  num_heads: u32,
  num_kv_heads: u32,
  head_dim: u32,
  capacity: u32,
}

override HALF_PAIRS: u32 = 0u;
override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> angles: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(4) var<storage, read_write> keys: array<f32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let half_dim = params.head_dim / 2u;
  let num_rows = params.num_heads + 2u * params.num_kv_heads;
  let head = id.x / half_dim;
  if (head >= num_rows || id.y >= params.num_tokens) {
    return;
  }
  let pair = id.x % half_dim;
  var first = 2u * pair;
  var second = first + 1u;
  if (HALF_PAIRS == 1u) {
    first = pair;
    second = pair + half_dim;
  }
  let token = params.first_token + id.y;
  let slot = params.first_slot + id.y;
  let source = (token * num_rows + head) * params.head_dim;
  let a = qkv[source + first];
  let b = qkv[source + second];
  let angle = angles[slot * half_dim + pair];
  let rotated = vec2f(a * angle.x - b * angle.y, a * angle.y + b * angle.x);
  if (head < params.num_heads) {
    let to = (token * params.num_heads + head) * params.head_dim;
    q[to + first] = rotated.x;
    q[to + second] = rotated.y;
  } else if (head < params.num_heads + params.num_kv_heads) {
    let to = ((head - params.num_heads) * params.capacity + slot) * params.head_dim;
    keys[to + first] = rotated.x;
    keys[to + second] = rotated.y;
  } else {
    let to = ((head - params.num_heads - params.num_kv_heads) * params.capacity + slot) * params.head_dim;
    values[to + first] = a;
    values[to + second] = b;
  }
}
