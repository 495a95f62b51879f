// short-convolution/mix: y[t] = output gate[t] * sum over j of w[j] * (input gate * input)[t - (length - 1) + j], channel by channel
// dispatch  one invocation per token and four channels
// needs     ../lib/causal-convolution.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = channels();
  let token = id.y;
  if (id.x >= size || token >= params.num_tokens) {
    return;
  }
  y[token * size + id.x] = x[(token * 3u + 1u) * size + id.x] * convolved(token, id.x);
}
