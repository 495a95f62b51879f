// rope-cache: splits projected rows [q | k | v], rotates q and k by position, and puts k and v into the cache
// bindings  0 params uniform | 1 qkv [*, (num_heads + 2 num_kv_heads) * head_dim] f32 read | 2 angles [max_position, head_dim / 2] (cos, sin) read
//           3 q [*, num_heads * head_dim] f32 write | 4 keys, 5 values [num_kv_heads, capacity, head_dim] f32 write
// override  HALF_PAIRS 0: pairs (2i, 2i+1); 1: pairs (i, i + head_dim / 2)
// dispatch  one invocation per token, head of q, k or v, and four pairs; token first_token + i gets slot and position first_slot + i
// needs     head_dim a multiple of 8; twin: rope-cache.ref.ts; tolerance class: elementwise-f32 (RoFormer, arXiv 2104.09864)

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
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> angles: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> q: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> keys: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> values: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let fours = params.head_dim / 8u; // of pairs in a head
  let num_rows = params.num_heads + 2u * params.num_kv_heads;
  let head = id.x / fours;
  if (head >= num_rows || id.y >= params.num_tokens) {
    return;
  }
  let four = id.x - head * fours;
  // The vectors of a head that hold the pairs: neighbours, or one of each half.
  let first = select(2u * four, four, HALF_PAIRS == 1u);
  let second = select(2u * four + 1u, four + fours, HALF_PAIRS == 1u);
  let token = params.first_token + id.y;
  let slot = params.first_slot + id.y;
  let size = 2u * fours;
  let source = (token * num_rows + head) * size;
  let v = qkv[source + first];
  let w = qkv[source + second];
  if (head >= params.num_heads + params.num_kv_heads) {
    let to = ((head - params.num_heads - params.num_kv_heads) * params.capacity + slot) * size;
    values[to + first] = v;
    values[to + second] = w;
    return;
  }
  let at = (slot * fours + four) * 2u;
  let near = angles[at];
  let far = angles[at + 1u];
  let cosines = vec4f(near.xz, far.xz);
  let sines = vec4f(near.yw, far.yw);
  let a = select(vec4f(v.xz, w.xz), v, HALF_PAIRS == 1u);
  let b = select(vec4f(v.yw, w.yw), w, HALF_PAIRS == 1u);
  let c = a * cosines - b * sines;
  let d = a * sines + b * cosines;
  let low = select(vec4f(c.x, d.x, c.y, d.y), c, HALF_PAIRS == 1u);
  let high = select(vec4f(c.z, d.z, c.w, d.w), d, HALF_PAIRS == 1u);
  if (head < params.num_heads) {
    let to = (token * params.num_heads + head) * size;
    q[to + first] = low;
    q[to + second] = high;
  } else {
    let to = ((head - params.num_heads) * params.capacity + slot) * size;
    keys[to + first] = low;
    keys[to + second] = high;
  }
}
