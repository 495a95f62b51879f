// layer-inputs/gate: y[t, c] = activated(x[t, c]) * (projected[t, first_column + c] + rows[t, first_column + c])
// dispatch  one invocation per token and four columns
// needs     ../lib/activation.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.size / 4u;
  if (id.x >= size || id.y >= params.num_tokens) {
    return;
  }
  let token = params.first_token + id.y;
  let input = (token * params.row_stride + params.first_column) / 4u + id.x;
  y[token * size + id.x] = activated(x[token * size + id.x]) * (projected[input] + rows[input]);
}
