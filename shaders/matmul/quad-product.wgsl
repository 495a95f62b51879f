// matmul/quad-product: sixteen tokens by sixteen rows of weights a lane, inputs loaded once a quad of lanes and weights by sixteen columns.
// override  WEIGHT_FORMAT 0 f32, 1 f16, 2 int8, 3 int4, 4 int8-min | GROUP_SIZE columns per scale
// needs     ../lib/quad-tiles.wgsl, ../lib/masked-columns.wgsl; in_features a multiple of 16
//
// Not a division or shift in the loop: a software adapter does them lane by lane.

// Sixteen columns of a row, four a vector; `at` = row * in_features / 16 + tile, `group` those of its scale.
fn weights16(at: u32, group: u32) -> mat4x4f {
  if (WEIGHT_FORMAT == 3u) {
    let words = quants[at];
    let biased = words ^ flip_nibbles.xy;
    let pair = unpack2x16float(scales[group]);
    let first = pair.x * low_nibbles;
    let last = pair.x * high_nibbles;
    let minimum = vec4f(pair.y);
    let flipped = vec4f(pair.yyy, fma(8.0, pair.x, pair.y));
    return mat4x4f(
      fma(low(words.x), first, minimum), fma(high(biased.x), last, flipped),
      fma(low(words.y), first, minimum), fma(high(biased.y), last, flipped),
    );
  }
  if (WEIGHT_FORMAT == 2u) {
    let scale = bitcast<f32>(scales[group]);
    return bytes16(at, scale, scale * flipped_back);
  }
  if (WEIGHT_FORMAT == 4u) {
    let pair = unpack2x16float(scales[group]);
    return bytes16(at, pair.x, fma(vec4f(pair.x), flipped_back, vec4f(pair.y)));
  }
  if (WEIGHT_FORMAT == 1u) {
    return mat4x4f(halves(4u * at), halves(4u * at + 1u), halves(4u * at + 2u), halves(4u * at + 3u));
  }
  return mat4x4f(floats(8u * at), floats(8u * at + 2u), floats(8u * at + 4u), floats(8u * at + 6u));
}

// What flipping adds to four bytes, taken away.
const flipped_back = vec4f(-128.0, -128.0, -128.0, 0.0);

fn bytes16(at: u32, scale: f32, offset: vec4f) -> mat4x4f {
  let words = vec4u(quants[2u * at], quants[2u * at + 1u]) ^ flip_bytes;
  let weights = scale * byte_weights;
  return mat4x4f(
    fma(bytes(words.x), weights, offset), fma(bytes(words.y), weights, offset),
    fma(bytes(words.z), weights, offset), fma(bytes(words.w), weights, offset),
  );
}

fn halves(at: u32) -> vec4f {
  let words = quants[at];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}

fn floats(at: u32) -> vec4f {
  return bitcast<vec4f>(vec4u(quants[at], quants[at + 1u]));
}

fn weight_tile(at: vec4u, group: vec4u) -> Tile {
  return own_rows(
    weights16(at.x, group.x), weights16(at.y, group.y), weights16(at.z, group.z), weights16(at.w, group.w),
  );
}

// Sixteen tokens, four a letter, by sixteen rows, four a digit; column i of a matrix is the letter's token lane ^ i.
struct Product {
  a0: mat4x4f, a1: mat4x4f, a2: mat4x4f, a3: mat4x4f,
  b0: mat4x4f, b1: mat4x4f, b2: mat4x4f, b3: mat4x4f,
  c0: mat4x4f, c1: mat4x4f, c2: mat4x4f, c3: mat4x4f,
  d0: mat4x4f, d1: mat4x4f, d2: mat4x4f, d3: mat4x4f,
}

// Of four rows of weights each, and of this lane's tokens.
fn product(r0: vec4u, r1: vec4u, r2: vec4u, r3: vec4u, tokens: vec4u, in_features: u32) -> Product {
  let tiles = in_features / 16u;
  let groups = in_features / GROUP_SIZE;
  let inputs = tokens * tiles;
  var a0 = mat4x4f(); var a1 = mat4x4f(); var a2 = mat4x4f(); var a3 = mat4x4f();
  var b0 = mat4x4f(); var b1 = mat4x4f(); var b2 = mat4x4f(); var b3 = mat4x4f();
  var c0 = mat4x4f(); var c1 = mat4x4f(); var c2 = mat4x4f(); var c3 = mat4x4f();
  var d0 = mat4x4f(); var d1 = mat4x4f(); var d2 = mat4x4f(); var d3 = mat4x4f();
  for (var k = 0u; k < tiles; k++) {
    let group = k * 16u / GROUP_SIZE;
    let w0 = weight_tile(r0 * tiles + k, r0 * groups + group);
    let w1 = weight_tile(r1 * tiles + k, r1 * groups + group);
    let w2 = weight_tile(r2 * tiles + k, r2 * groups + group);
    let w3 = weight_tile(r3 * tiles + k, r3 * groups + group);
    let a = quad_rows(x[inputs.x + k]);
    a0 += products(w0, a); a1 += products(w1, a); a2 += products(w2, a); a3 += products(w3, a);
    let b = quad_rows(x[inputs.y + k]);
    b0 += products(w0, b); b1 += products(w1, b); b2 += products(w2, b); b3 += products(w3, b);
    let c = quad_rows(x[inputs.z + k]);
    c0 += products(w0, c); c1 += products(w1, c); c2 += products(w2, c); c3 += products(w3, c);
    let d = quad_rows(x[inputs.w + k]);
    d0 += products(w0, d); d1 += products(w1, d); d2 += products(w2, d); d3 += products(w3, d);
  }
  return Product(a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3);
}
