// matmul/store-one: the store of single outputs.

// Nothing past the ends is written.
fn store_one(token: u32, output: u32, value: f32) {
  if (token < params.first_token + params.num_tokens && output < params.out_features) {
    let at = token * params.out_stride + params.out_offset + output;
    if (params.accumulate == 1u) {
      y[at] += value;
    } else {
      y[at] = value;
    }
  }
}
