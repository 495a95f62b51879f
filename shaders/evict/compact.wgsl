// evict/compact: writes the flagged entries, in order, as the next compressed cache: unrotated keys, values and sums
// dispatch  one invocation per entry and KV head
// needs     at most `budget` flags a head

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let entry = id.x;
  let head = id.y;
  if (entry >= params.num_entries) {
    return;
  }
  let row = head * params.capacity;
  if (flags[row + entry] == 0u) {
    return;
  }
  var slot = 0u;
  for (var before = 0u; before < entry; before++) {
    slot += flags[row + before];
  }
  next_sums[head * params.budget + slot] = sums[row + entry];
  let size = params.head_dim / 4u;
  let plane = params.num_kv_heads * params.budget * size;
  let to = (head * params.budget + slot) * size;
  if (entry < params.num_slots) {
    let source = (head * params.budget + entry) * size;
    for (var d = 0u; d < size; d++) {
      next_kv[to + d] = kept_kv[source + d];
      next_kv[plane + to + d] = kept_kv[plane + source + d];
    }
  } else {
    let stride = (params.num_heads + 2u * params.num_kv_heads) * size;
    let source = (entry - params.num_slots) * stride + (params.num_heads + head) * size;
    for (var d = 0u; d < size; d++) {
      next_kv[to + d] = qkv[source + d];
      next_kv[plane + to + d] = qkv[source + params.num_kv_heads * size + d];
    }
  }
}
