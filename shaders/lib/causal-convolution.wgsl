// lib/causal-convolution: the sum over j of w[c, j] * column t - (length - 1) + j, channel by channel
// needs     causal-columns.wgsl; `w`, f32 [channels, length], the newest last

fn convolved(token: u32, at: u32) -> vec4f {
  var sum = vec4f();
  for (var j = 0u; j < params.length; j++) {
    let tap = 4u * at * params.length + j;
    let weights = vec4f(w[tap], w[tap + params.length], w[tap + 2u * params.length], w[tap + 3u * params.length]);
    sum += weights * column_of(token + j, at);
  }
  return sum;
}
