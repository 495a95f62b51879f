// matmul/row-tiles: 4 x 8 weight tiles and rows of the inputs, as the bodies with f32 inputs read them.
// needs     ../lib/weights.wgsl

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

// Inputs 4 column .. 4 column + 3 of four tokens; tokens past the end are read as the last one.
fn row_tile(token: u32, column: u32) -> mat4x4f {
  let last = params.first_token + params.num_tokens - 1u;
  let stride = params.in_features / 4u;
  return mat4x4f(
    x[min(token, last) * stride + column],
    x[min(token + 1u, last) * stride + column],
    x[min(token + 2u, last) * stride + column],
    x[min(token + 3u, last) * stride + column],
  );
}
