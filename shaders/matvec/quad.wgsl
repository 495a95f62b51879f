// matvec/quad: int4 or int8 weights by quads of lanes, written for few loads
// dispatch  one invocation per eight outputs, WORKGROUP_SIZE apart; folded over y above 65,535 groups
// needs     eight-rows.wgsl

fn store(n: u32, value: f32) {
  if (n >= params.out_features) {
    return;
  }
  let at = params.out_offset + n;
  if (params.accumulate == 1u) {
    y[at] += value;
  } else {
    y[at] = value;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) member: u32,
) {
  let n = (group.y * groups.x + group.x) * WORKGROUP_SIZE * 8u + index + WORKGROUP_SIZE * vec4u(0u, 1u, 2u, 3u);
  let m = n + WORKGROUP_SIZE * 4u;
  // Rows past the end are read as the last one; their results are never stored.
  let end = vec4u(params.out_features - 1u);
  let rows = Rows(params.weight_row + min(n, end), params.weight_row + min(m, end));
  let result = products(rows, params.in_features, member & 3u);
  store(n.x, result.first.x);
  store(n.y, result.first.y);
  store(n.z, result.first.z);
  store(n.w, result.first.w);
  store(m.x, result.last.x);
  store(m.y, result.last.y);
  store(m.z, result.last.z);
  store(m.w, result.last.w);
}
