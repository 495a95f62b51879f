// lib/packed-weights: eight or four columns of weights in two steps, so that a load can be under way while something else is computed.
// needs     weights.wgsl; `params.in_features`

struct Packed {
  low: vec4u,
  high: vec4u,
  scale: u32,
}

// As weights8's, of params.in_features columns.
fn packed8(row: u32, column: u32) -> Packed {
  let element = row * params.in_features + column;
  if (WEIGHT_FORMAT == 3u) {
    return Packed(vec4u(quants[element / 8u]), vec4u(), scales[element / GROUP_SIZE]);
  }
  if (WEIGHT_FORMAT == 1u) {
    let word = element / 2u;
    return Packed(vec4u(quants[word], quants[word + 1u], quants[word + 2u], quants[word + 3u]), vec4u(), 0u);
  }
  if (WEIGHT_FORMAT == 0u) {
    return Packed(
      vec4u(quants[element], quants[element + 1u], quants[element + 2u], quants[element + 3u]),
      vec4u(quants[element + 4u], quants[element + 5u], quants[element + 6u], quants[element + 7u]),
      0u,
    );
  }
  return Packed(vec4u(quants[element / 4u]), vec4u(quants[element / 4u + 1u]), scales[element / GROUP_SIZE]);
}

fn unpacked8(p: Packed) -> mat2x4f {
  let pair = unpack2x16float(p.scale);
  if (WEIGHT_FORMAT == 3u) {
    let scale = pair.x * nibble_weights;
    return mat2x4f(int4_columns(p.low.x, scale, pair.y), int4_columns(p.low.x >> 16u, scale, pair.y));
  }
  if (WEIGHT_FORMAT == 1u) {
    return mat2x4f(
      vec4f(unpack2x16float(p.low.x), unpack2x16float(p.low.y)),
      vec4f(unpack2x16float(p.low.z), unpack2x16float(p.low.w)),
    );
  }
  if (WEIGHT_FORMAT == 0u) {
    return mat2x4f(bitcast<vec4f>(p.low), bitcast<vec4f>(p.high));
  }
  // int8 has a scale in f32, int8-min a scale and a minimum.
  let has_minimum = WEIGHT_FORMAT == 4u;
  let scale = vec4f(select(bitcast<f32>(p.scale), pair.x, has_minimum));
  let minimum = vec4f(select(0.0, pair.y, has_minimum));
  return mat2x4f(fma(int8_columns(p.low.x), scale, minimum), fma(int8_columns(p.high.x), scale, minimum));
}

// Four columns from element `at` on: words, and behind those of a format with scales the scale.
fn packed4(at: u32) -> vec4u {
  if (WEIGHT_FORMAT == 0u) {
    return vec4u(quants[at], quants[at + 1u], quants[at + 2u], quants[at + 3u]);
  }
  if (WEIGHT_FORMAT == 1u) {
    return vec4u(quants[at / 2u], quants[at / 2u + 1u], 0u, 0u);
  }
  return vec4u(quants[at / select(4u, 8u, WEIGHT_FORMAT == 3u)], scales[at / GROUP_SIZE], 0u, 0u);
}

// `strip`: at / 4, or as odd.
fn unpacked4(p: vec4u, strip: u32) -> vec4f {
  if (WEIGHT_FORMAT == 0u) {
    return bitcast<vec4f>(p);
  }
  if (WEIGHT_FORMAT == 1u) {
    return vec4f(unpack2x16float(p.x), unpack2x16float(p.y));
  }
  let pair = unpack2x16float(p.y);
  if (WEIGHT_FORMAT == 3u) {
    let shift = 16u * (strip & 1u);
    return int4_columns(p.x >> shift, pair.x * nibble_weights, pair.y);
  }
  if (WEIGHT_FORMAT == 4u) {
    return fma(int8_columns(p.x), vec4f(pair.x), vec4f(pair.y));
  }
  return int8_columns(p.x) * bitcast<f32>(p.y);
}
