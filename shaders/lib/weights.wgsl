// weights: reads eight consecutive columns of a weight matrix in any canonical layout (core/model.ts), dequantised to f32.
// bindings  1 quants | 2 scales (unused for f32 and f16: bind anything)
// override  WEIGHT_FORMAT 0 f32, 1 f16, 2 int8, 3 int4 | GROUP_SIZE columns per scale

override WEIGHT_FORMAT: u32 = 0u;
override GROUP_SIZE: u32 = 32u;

@group(0) @binding(1) var<storage, read> quants: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<u32>;

fn int4_columns(word: u32, scale: vec2f) -> vec4f {
  let nibbles = (vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u);
  return fma(vec4f(nibbles), vec4f(scale.x), vec4f(scale.y));
}

fn int8_columns(word: u32, scale: f32) -> vec4f {
  let bytes = (vec4i(i32(word)) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
  return vec4f(bytes) * scale;
}

// Columns column .. column + 7 of `row`; `column` is a multiple of 8, `num_columns` the row length.
fn weights8(row: u32, column: u32, num_columns: u32) -> mat2x4f {
  let element = row * num_columns + column;
  if (WEIGHT_FORMAT == 3u) {
    let word = quants[element / 8u];
    let scale = unpack2x16float(scales[element / GROUP_SIZE]);
    return mat2x4f(int4_columns(word, scale), int4_columns(word >> 16u, scale));
  }
  if (WEIGHT_FORMAT == 2u) {
    let scale = bitcast<f32>(scales[element / GROUP_SIZE]);
    let word = element / 4u;
    return mat2x4f(int8_columns(quants[word], scale), int8_columns(quants[word + 1u], scale));
  }
  if (WEIGHT_FORMAT == 1u) {
    let word = element / 2u;
    return mat2x4f(
      vec4f(unpack2x16float(quants[word]), unpack2x16float(quants[word + 1u])),
      vec4f(unpack2x16float(quants[word + 2u]), unpack2x16float(quants[word + 3u])),
    );
  }
  return mat2x4f(
    bitcast<vec4f>(vec4u(quants[element], quants[element + 1u], quants[element + 2u], quants[element + 3u])),
    bitcast<vec4f>(vec4u(quants[element + 4u], quants[element + 5u], quants[element + 6u], quants[element + 7u])),
  );
}
