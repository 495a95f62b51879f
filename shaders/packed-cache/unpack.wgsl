// packed-cache/unpack: keys, values [.., slot] = what is packed of slots 0 .. num_slots - 1
// dispatch  one invocation per eight elements; folded over y
// needs     ../lib/packed-rows.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let units = params.head_dim / 8u;
  let index = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (index >= 2u * params.num_kv_heads * params.num_slots * units) {
    return;
  }
  let unit = index % units;
  let slot = index / units % params.num_slots;
  let head = index / units / params.num_slots; // of the keys, then of the values
  let row = (head * params.capacity + slot) * row_vectors(params.head_dim);
  let scale = bitcast<f32>(packed[row + units].x);
  let low = scale * low_elements(packed[row + unit]);
  let high = scale * high_elements(packed[row + unit]);
  if (head < params.num_kv_heads) {
    let to = ((head * params.capacity + slot) * units + unit) * 2u;
    keys[to] = low;
    keys[to + 1u] = high;
  } else {
    let to = (((head - params.num_kv_heads) * params.capacity + slot) * units + unit) * 2u;
    values[to] = low;
    values[to + 1u] = high;
  }
}
