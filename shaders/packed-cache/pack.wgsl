// packed-cache/pack: packed[.., slot] = the keys, then the values, of slots first_slot .. first_slot + num_slots - 1 as int16
// dispatch  one invocation per row of keys or values; folded over y
// needs     ../lib/packed-rows.wgsl

fn element(is_value: bool, at: u32) -> vec4f {
  if (is_value) {
    return values[at];
  }
  return keys[at];
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let rows = params.num_kv_heads * params.num_slots;
  let index = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (index >= 2u * rows) {
    return;
  }
  let is_value = index >= rows;
  let row = index % rows;
  let head = row / params.num_slots;
  let slot = params.first_slot + row % params.num_slots;
  let source = (head * params.capacity + slot) * (params.head_dim / 4u);
  let of_kind = select(0u, params.num_kv_heads, is_value);
  let to = ((of_kind + head) * params.capacity + slot) * row_vectors(params.head_dim);

  var most = vec4f();
  for (var i = 0u; i < params.head_dim / 4u; i++) {
    most = max(most, abs(element(is_value, source + i)));
  }
  let scale = scale_of(max(max(most.x, most.y), max(most.z, most.w)));
  let units = params.head_dim / 8u;
  for (var i = 0u; i < units; i++) {
    packed[to + i] = packed_elements(element(is_value, source + 2u * i), element(is_value, source + 2u * i + 1u), scale);
  }
  packed[to + units] = packed_scale(scale);
}
