// lib/weights: reads eight consecutive columns of a weight matrix in any canonical layout (core/model.ts), dequantised to f32.
// needs     quants and scales as arrays of u32 (scales unused for f32 and f16: bind anything)
// override  WEIGHT_FORMAT 0 f32, 1 f16, 2 int8, 3 int4, 4 int8-min | GROUP_SIZE columns per scale

// Nibbles and bytes are masked in place and scaled by powers of two, never shifted by a vector: software adapters shift lane by
// lane, and convert signed integers faster than unsigned ones. Four rows of 576 int4 weights a lane: 2.4 times the speed.
const nibble_weights = vec4f(1.0, 0.0625, 0.00390625, 0.000244140625);

// Four columns from the low half of `word`; `scale` holds the group's scale times nibble_weights.
fn int4_columns(word: u32, scale: vec4f, minimum: f32) -> vec4f {
  let nibbles = vec4i(vec4u(word) & vec4u(0xfu, 0xf0u, 0xf00u, 0xf000u));
  return fma(vec4f(nibbles), scale, vec4f(minimum));
}

fn int8_columns(word: u32) -> vec4f {
  let low = word ^ 0x80808080u; // two's complement to offset 128
  let bytes = vec4i(vec4u(low, low, low >> 16u, low >> 16u) & vec4u(0xffu, 0xff00u, 0xffu, 0xff00u));
  return fma(vec4f(bytes), vec4f(1.0, 0.00390625, 1.0, 0.00390625), vec4f(-128.0));
}

// Columns column .. column + 7 of `row`; `column` is a multiple of 8, `num_columns` the row length.
fn weights8(row: u32, column: u32, num_columns: u32) -> mat2x4f {
  let element = row * num_columns + column;
  if (WEIGHT_FORMAT == 3u) {
    let word = quants[element / 8u];
    let pair = unpack2x16float(scales[element / GROUP_SIZE]);
    let scale = pair.x * nibble_weights;
    return mat2x4f(int4_columns(word, scale, pair.y), int4_columns(word >> 16u, scale, pair.y));
  }
  if (WEIGHT_FORMAT == 2u) {
    let scale = bitcast<f32>(scales[element / GROUP_SIZE]);
    let word = element / 4u;
    return mat2x4f(int8_columns(quants[word]) * scale, int8_columns(quants[word + 1u]) * scale);
  }
  if (WEIGHT_FORMAT == 4u) {
    let pair = unpack2x16float(scales[element / GROUP_SIZE]);
    let word = element / 4u;
    let scale = vec4f(pair.x);
    let minimum = vec4f(pair.y);
    return mat2x4f(
      fma(int8_columns(quants[word]), scale, minimum),
      fma(int8_columns(quants[word + 1u]), scale, minimum),
    );
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
