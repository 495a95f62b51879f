// rope/cache: splits projected rows [q | k | v], rotates q and k by position, and puts k and v into the cache (RoFormer, arXiv 2104.09864)
// dispatch  one invocation per token, head of q, k or v, and four pairs; token first_token + i gets slot and position first_slot + i
// needs     rotation.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let fours = params.head_dim / 8u; // of pairs in a head
  let num_rows = params.num_heads + 2u * params.num_kv_heads;
  let head = id.x / fours;
  if (head >= num_rows || id.y >= params.num_tokens) {
    return;
  }
  let token = params.first_token + id.y;
  let slot = params.first_slot + id.y;
  let at = fours_of(id.x - head * fours, slot);
  let size = 2u * fours;
  let source = (token * num_rows + head) * size;
  let v = qkv[source + at.first];
  let w = qkv[source + at.second];
  if (head >= params.num_heads + params.num_kv_heads) {
    let to = ((head - params.num_heads - params.num_kv_heads) * params.capacity + slot) * size;
    values[to + at.first] = v;
    values[to + at.second] = w;
    return;
  }
  let pair = rotated(v, w, at);
  if (head < params.num_heads) {
    let to = (token * params.num_heads + head) * size;
    q[to + at.first] = pair.first;
    q[to + at.second] = pair.second;
  } else {
    let to = ((head - params.num_heads) * params.capacity + slot) * size;
    keys[to + at.first] = pair.first;
    keys[to + at.second] = pair.second;
  }
}
