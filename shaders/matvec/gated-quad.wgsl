// matvec/gated-quad: y[n] = silu(sum_k x[k] * w[n, k]) * sum_k x[k] * w[out_features + n, k], silu(v) = v / (1 + exp(-v)), one token
// dispatch  one invocation per four outputs, WORKGROUP_SIZE apart; folded over y above 65,535 groups
// needs     eight-rows.wgsl; gate and up stacked in one matrix

fn store(n: u32, gate: f32, up: f32) {
  if (n < params.out_features) {
    y[n] = gate / (1.0 + exp(-gate)) * up;
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
  store(n.x, result.first.x, result.last.x);
  store(n.y, result.first.y, result.last.y);
  store(n.z, result.first.z, result.last.z);
  store(n.w, result.first.w, result.last.w);
}
