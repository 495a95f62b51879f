// matmul/store: the store of four tokens by four outputs.

// Outputs output .. output + 3 of a token; nothing past the ends is written.
fn store_token(token: u32, output: u32, value: vec4f) {
  if (output >= params.out_features || token >= params.first_token + params.num_tokens) {
    return;
  }
  let at = (token * params.out_stride + params.out_offset + output) / 4u;
  if (params.accumulate == 1u) {
    y[at] += value;
  } else {
    y[at] = value;
  }
}

// Column i of `tile` is token + i.
fn store(token: u32, output: u32, tile: mat4x4f) {
  store_token(token, output, tile[0]);
  store_token(token + 1u, output, tile[1]);
  store_token(token + 2u, output, tile[2]);
  store_token(token + 3u, output, tile[3]);
}
