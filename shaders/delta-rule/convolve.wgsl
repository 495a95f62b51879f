// delta-rule/convolve: y[t, c] = silu(sum over j of w[c, j] * x[t - (length - 1) + j, c]), channel by channel
// dispatch  one invocation per token and four channels
// needs     ../lib/activation.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.num_channels / 4u;
  let token = id.y;
  if (id.x >= size || token >= params.num_tokens) {
    return;
  }
  let before = params.length - 1u;
  var sum = vec4f();
  for (var j = 0u; j < params.length; j++) {
    var column: vec4f;
    if (token + j < before) {
      column = carried[(token + j) * size + id.x];
    } else {
      column = x[(token + j - before) * (params.row_stride / 4u) + id.x];
    }
    let tap = 4u * id.x * params.length + j;
    sum += vec4f(w[tap], w[tap + params.length], w[tap + 2u * params.length], w[tap + 3u * params.length]) * column;
  }
  y[token * size + id.x] = activated(sum);
}
