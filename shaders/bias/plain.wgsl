// bias/plain: y[t, c] += b[c] for columns first_column .. first_column + num_columns - 1
// dispatch  one invocation per token and four columns

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.num_columns / 4u || id.y >= params.num_tokens) {
    return;
  }
  let column = params.first_column / 4u + id.x;
  y[id.y * params.row_stride / 4u + column] += b[column];
}
