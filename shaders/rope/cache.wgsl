// rope/cache: splits projected rows [q | k | v], rotates q and k by position, and puts k and v into the cache (RoFormer, arXiv 2104.09864)
// dispatch  one invocation per token, head of q, k or v, and four pairs; token first_token + i gets slot and position first_slot + i

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let fours = params.head_dim / 8u; // of pairs in a head
  let turning = select(fours, params.rotary_dim / 8u, IN_PART == 1u); // of these, from the first on
  let num_rows = params.num_heads + 2u * params.num_kv_heads;
  let head = id.x / fours;
  if (head >= num_rows || id.y >= params.num_tokens) {
    return;
  }
  let four = id.x - head * fours;
  // The vectors of a head that hold the pairs: neighbours, or one of each half of what rotates.
  let turns = IN_PART == 0u || four < turning;
  let in_halves = HALF_PAIRS == 1u && turns;
  let first = select(2u * four, four, in_halves);
  let second = select(2u * four + 1u, four + turning, in_halves);
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
  var low = v;
  var high = w;
  if (turns) {
    let at = (slot * turning + four) * 2u;
    let near = angles[at];
    let far = angles[at + 1u];
    let cosines = vec4f(near.xz, far.xz);
    let sines = vec4f(near.yw, far.yw);
    let a = select(vec4f(v.xz, w.xz), v, HALF_PAIRS == 1u);
    let b = select(vec4f(v.yw, w.yw), w, HALF_PAIRS == 1u);
    let c = a * cosines - b * sines;
    let d = a * sines + b * cosines;
    low = select(vec4f(c.x, d.x, c.y, d.y), c, HALF_PAIRS == 1u);
    high = select(vec4f(c.z, d.z, c.w, d.w), d, HALF_PAIRS == 1u);
  }
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
