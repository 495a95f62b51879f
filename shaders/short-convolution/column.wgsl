// short-convolution/column: what is convolved: input gate * input

fn channels() -> u32 {
  return params.hidden_size / 4u;
}

fn column(token: u32, at: u32) -> vec4f {
  let row = token * 3u * channels() + at;
  return x[row] * x[row + 2u * channels()];
}
