// attention/column-sums: sums[g, j] += sum over the tile's rows and the group's query heads of the softmax probability on key j (H2O, arXiv 2306.14048)
// dispatch  one invocation per four keys and KV head

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x * 4u >= params.num_keys) {
    return;
  }
  var sum = vec4f();
  for (var i = 0u; i < params.group_size; i++) {
    let first = (id.y * params.group_size + i) * params.tile_rows;
    for (var row = first; row < first + params.num_tokens; row++) {
      sum = fma(s[row * params.key_stride / 4u + id.x], vec4f(factors[row]), sum);
    }
  }
  sums[id.y * params.capacity / 4u + id.x] += sum;
}
