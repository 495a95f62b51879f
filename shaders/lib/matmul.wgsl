// matmul: what every prefill matmul variant shares: its signature, 4 x 8 weight tiles, 4 x 4 input tiles, and the store.
// bindings  0 params | 1 quants, 2 scales (weights.wgsl) | 3 x [*, in_features] f32 read | 4 y [*, out_stride] f32 write

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
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

// Four outputs by eight inputs, transposed so that `low * x` contracts over inputs 0-3 and `high * x` over 4-7.
struct WeightTile {
  low: mat4x4f,
  high: mat4x4f,
}

fn weight_tile(output: u32, k: u32) -> WeightTile {
  // Rows past the end are read as the last one; their results are never stored.
  let last = params.out_features - 1u;
  let w0 = weights8(params.weight_row + min(output, last), k, params.in_features);
  let w1 = weights8(params.weight_row + min(output + 1u, last), k, params.in_features);
  let w2 = weights8(params.weight_row + min(output + 2u, last), k, params.in_features);
  let w3 = weights8(params.weight_row + min(output + 3u, last), k, params.in_features);
  return WeightTile(
    transpose(mat4x4f(w0[0], w1[0], w2[0], w3[0])),
    transpose(mat4x4f(w0[1], w1[1], w2[1], w3[1])),
  );
}

// Four tokens by four inputs; tokens past the end are read as the last one.
fn input_tile(token: u32, k: u32) -> mat4x4f {
  let last = params.first_token + params.num_tokens - 1u;
  let row = params.in_features / 4u;
  let column = k / 4u;
  return mat4x4f(
    x[min(token, last) * row + column],
    x[min(token + 1u, last) * row + column],
    x[min(token + 2u, last) * row + column],
    x[min(token + 3u, last) * row + column],
  );
}

// Column i of `tile` is token + i, its components outputs output .. output + 3; nothing past the ends is written.
fn store(token: u32, output: u32, tile: mat4x4f) {
  if (output >= params.out_features) {
    return;
  }
  let end = params.first_token + params.num_tokens;
  for (var i = 0u; i < 4u; i++) {
    if (token + i < end) {
      let at = ((token + i) * params.out_stride + params.out_offset + output) / 4u;
      if (params.accumulate == 1u) {
        y[at] += tile[i];
      } else {
        y[at] = tile[i];
      }
    }
  }
}
