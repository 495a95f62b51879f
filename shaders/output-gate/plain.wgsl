// output-gate/plain: y[t, c] <- y[t, c] * gate(x[t, first_column + c]); GATE 0 sigmoid(v) = 1 / (1 + exp(-v)); 1 silu(v) = v sigmoid(v)
// dispatch  one invocation per token and four columns

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.num_columns / 4u;
  if (id.x >= size || id.y >= params.num_tokens) {
    return;
  }
  let token = params.first_token + id.y;
  let v = x[(token * params.row_stride + params.first_column) / 4u + id.x];
  let sigmoid = 1.0 / (1.0 + exp(-v));
  y[token * size + id.x] *= select(sigmoid, v * sigmoid, GATE == 1u);
}
