// delta-rule/convolve: y[t, c] = silu(sum over j of w[c, j] * x[t - (length - 1) + j, c]), channel by channel
// dispatch  one invocation per token and four channels
// needs     ../lib/causal-convolution.wgsl, ../lib/activation.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.y;
  if (id.x >= channels() || token >= params.num_tokens) {
    return;
  }
  y[token * channels() + id.x] = activated(convolved(token, id.x));
}
