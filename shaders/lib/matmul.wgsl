// matmul: what every prefill matmul variant shares: its uniforms and the store of four tokens by four outputs.
// bindings  0 params | 1 quants, 2 scales: weights.wgsl | 3 x: matmul-tiles.wgsl or the kernel | 4 y [*, out_stride] f32 write

struct Params {
  first_token: u32,
  num_tokens: u32,
  in_features: u32,
  out_features: u32,
  weight_row: u32,
  out_offset: u32,
  out_stride: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

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
