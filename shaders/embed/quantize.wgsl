// embed/quantize: quants[t, part] = round(e / scale), scales[t, part] = max|e| / 127, four int8 a word, lowest dimension lowest
// dispatch  one invocation per row (token and part), folded over y

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (row >= params.num_rows) {
    return;
  }
  let size = params.head_dim / 4u;
  var best = vec4f();
  for (var d = 0u; d < size; d++) {
    best = max(best, abs(e[row * size + d]));
  }
  let scale = max(max(max(best.x, best.y), max(best.z, best.w)), 1.0e-30) / 127.0;
  for (var d = 0u; d < size; d++) {
    let q = vec4u(vec4i(clamp(round(e[row * size + d] / scale), vec4f(-127.0), vec4f(127.0)))) & vec4u(255u);
    quants[row * size + d] = q.x | (q.y << 8u) | (q.z << 16u) | (q.w << 24u);
  }
  scales[row] = scale;
}
