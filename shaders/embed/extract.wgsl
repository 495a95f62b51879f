// embed/extract: e[t, part] = v / |v|, where v is one head's pre-rotary vector in row t of the projections
// dispatch  one invocation per token; a zero vector stays zero

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x;
  if (token >= params.num_tokens) {
    return;
  }
  let size = params.head_dim / 4u;
  let source = (token * params.row_stride + params.column) / 4u;
  let to = (token * params.num_parts + params.part) * size;
  var sum = 0.0;
  for (var d = 0u; d < size; d++) {
    let v = qkv[source + d];
    sum += dot(v, v);
  }
  let factor = inverseSqrt(max(sum, 1.0e-30));
  for (var d = 0u; d < size; d++) {
    e[to + d] = qkv[source + d] * factor;
  }
}
