// matvec/gated-quad: y[n] = activated(sum_k x[k] * w[n, k]) * sum_k x[k] * w[out_features + n, k], one token
// dispatch  one invocation per four outputs, WORKGROUP_SIZE apart; folded over y above 65,535 groups
// needs     eight-rows.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix

fn store(n: u32, value: f32) {
  if (n < params.out_features) {
    y[n] = value;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) member: u32,
) {
  let n = (group.y * groups.x + group.x) * WORKGROUP_SIZE * 4u + index + WORKGROUP_SIZE * vec4u(0u, 1u, 2u, 3u);
  // Rows past the end are read as the last one; their results are never stored.
  let gates = min(n, vec4u(params.out_features - 1u));
  let result = products(Rows(gates, gates + params.out_features), params.in_features, member & 3u);
  let values = activated(result.first) * result.last;
  store(n.x, values.x);
  store(n.y, values.y);
  store(n.z, values.z);
  store(n.w, values.w);
}
