// gate-mul/plain: y[t, c] = activated(gate[t, c]) * up[t, c], where x[t] = [gate[t], up[t]]
// dispatch  one invocation per token and four columns
// needs     ../lib/activation.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.intermediate_size / 4u;
  if (id.x >= size || id.y >= params.num_tokens) {
    return;
  }
  let token = params.first_token + id.y;
  let gate = x[token * 2u * size + id.x];
  let up = x[(token * 2u + 1u) * size + id.x];
  y[token * size + id.x] = activated(gate) * up;
}
