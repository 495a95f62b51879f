// pointwise/plain: CAP 0: y[t, c] <- factor y[t, c]; 1: y[t, c] <- factor tanh(y[t, c] / factor)
// dispatch  one invocation per token and column

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size || id.y >= params.num_tokens) {
    return;
  }
  let i = (params.first_token + id.y) * params.size + id.x;
  if (CAP == 1u) {
    // From 9 on tanh is 1 in f32, and no exp that it may be made of overflows.
    y[i] = params.factor * tanh(clamp(y[i] / params.factor, -9.0, 9.0));
  } else {
    y[i] *= params.factor;
  }
}
