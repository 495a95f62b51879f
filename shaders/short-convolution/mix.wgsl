// short-convolution/mix: y[t] = output gate[t] * sum over j of w[j] * (input gate * input)[t - (length - 1) + j], channel by channel
// dispatch  one invocation per token and four channels

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.hidden_size / 4u;
  let token = id.y;
  if (id.x >= size || token >= params.num_tokens) {
    return;
  }
  let before = params.length - 1u;
  var sum = vec4f();
  for (var j = 0u; j < params.length; j++) {
    var product: vec4f;
    if (token + j < before) {
      product = carried[(token + j) * size + id.x];
    } else {
      let row = (token + j - before) * 3u * size + id.x;
      product = x[row] * x[row + 2u * size];
    }
    let tap = 4u * id.x * params.length + j;
    let weights = vec4f(w[tap], w[tap + params.length], w[tap + 2u * params.length], w[tap + 3u * params.length]);
    sum += weights * product;
  }
  y[token * size + id.x] = x[(token * 3u + 1u) * size + id.x] * sum;
}
