// attention/fade: LOGS 0: x[r, c] <- x[r, c] exp(-rate (steps - fewer c)); 1: x[r, c] <- x[r, c] + rate (steps - fewer c)
// dispatch  one invocation per row and column

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.num_columns || id.y >= params.num_rows) {
    return;
  }
  let i = id.y * params.stride + id.x;
  let loss = params.rate * f32(params.steps - params.fewer * id.x);
  if (LOGS == 1u) {
    x[i] += loss;
  } else {
    x[i] *= exp(-loss);
  }
}
