// delta-rule/column: what is convolved: the channels of a row

fn channels() -> u32 {
  return params.num_channels / 4u;
}

fn column(token: u32, at: u32) -> vec4f {
  return x[token * (params.row_stride / 4u) + at];
}
