// flash-attention/weigh: y and norms as if the key of slot 0, which every row sees, were there 1 + more times
// dispatch  one invocation per query row and head

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.num_tokens) {
    return;
  }
  let size = params.head_dim / 4u;
  let row = ((params.first_token + id.x) * params.num_heads + id.y) * size;
  let key = id.y / params.group_size * params.capacity * size;
  var dots = vec4f();
  for (var d = 0u; d < size; d++) {
    dots = fma(q[row + d], keys[key + d], dots);
  }
  let dot = (dots.x + dots.y) + (dots.z + dots.w);
  let norm = id.y * params.tile_rows + id.x;
  let gain = params.more * exp(params.scale * dot - norms[norm]);
  norms[norm] += log(1.0 + gain);
  let share = gain / (1.0 + gain);
  for (var d = 0u; d < size; d++) {
    y[row + d] += share * (values[key + d] - y[row + d]);
  }
}
