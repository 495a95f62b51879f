// embedding-lookup/plain: y[t, c] = scale * dequantised embedding[ids[t] - first_row, c], where there is such a row
// dispatch  one invocation per token and eight columns

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 8u;
  let token = id.y;
  if (column >= params.hidden_size || token >= params.num_tokens) {
    return;
  }
  let row = ids[token] - params.first_row;
  if (row >= params.num_rows) { // below the first row, too: it wraps
    return;
  }
  let w = weights8(row, column, params.hidden_size);
  let out = (token * params.hidden_size + column) / 4u;
  y[out] = params.scale * w[0];
  y[out + 1u] = params.scale * w[1];
}
