// rope/kept: brings the kept entries of the compressed cache in front of a chunk: keys rotated by slot, values as they are
// dispatch  one invocation per slot, KV head and pair

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let half_dim = params.head_dim / 2u;
  let head = id.x / half_dim;
  let slot = id.y;
  if (head >= params.num_kv_heads || slot >= params.num_slots) {
    return;
  }
  let pair = id.x % half_dim;
  let turning = select(half_dim, params.rotary_dim / 2u, IN_PART == 1u);
  var first = 2u * pair;
  var second = first + 1u;
  var angle = vec2f(1.0, 0.0);
  if (IN_PART == 0u || pair < turning) {
    angle = angles[slot * turning + pair];
    if (HALF_PAIRS == 1u) {
      first = pair;
      second = pair + turning;
    }
  }
  let source = (head * params.budget + slot) * params.head_dim;
  let to = (head * params.capacity + slot) * params.head_dim;
  let a = kept_kv[source + first];
  let b = kept_kv[source + second];
  keys[to + first] = a * angle.x - b * angle.y;
  keys[to + second] = a * angle.y + b * angle.x;
  let plane = params.num_kv_heads * params.budget * params.head_dim;
  values[to + first] = kept_kv[plane + source + first];
  values[to + second] = kept_kv[plane + source + second];
}
