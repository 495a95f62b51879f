// matvec/eight-rows: dot products of eight weight rows a lane with x; the lanes of a quad load x once between them.
// override  WEIGHT_FORMAT 2 int8, 3 int4, 4 int8-min | GROUP_SIZE 32 or 16
// needs     ../lib/quad-subgroups.wgsl, ../lib/masked-columns.wgsl; in_features a multiple of 32
//
// Written for few bytes of machine code, which are what a software adapter's time goes into (docs/decisions,
// 2026-11-26): a tile of 32 columns costs a row one vector of words and one scale, and x a quarter of a load a column and eight rows.

// What flipping (masked-columns.wgsl) takes from the weights, made up for by these times x.
const nibble_bias = vec4f(0.0, 0.0, 0.0, 8.0);
const byte_bias = vec4f(-128.0, -128.0, -128.0, 0.0);

// The 32 values of x that a tile meets: columns 0-3 of each eight in `low`, 4-7 in `high`; of the first and the last sixteen the
// sums, and what the biased weights lack.
struct TileInput {
  low: mat4x4f,
  high: mat4x4f,
  sums: vec2f,
  bias: vec2f,
}

// `part` is the lane's place in its quad.
fn tile_input(tile: u32, part: u32) -> TileInput {
  let at = tile * 8u + part * 2u;
  let low = x[at];
  let high = x[at + 1u];
  let is_bytes = WEIGHT_FORMAT != 3u;
  let both = low + high;
  let bias = select(dot(high, nibble_bias), dot(both, byte_bias), is_bytes);
  let parts = of_quad(vec4f(both.x + both.y + both.z + both.w, bias, 0.0, 0.0), part);
  let first = parts[0].xy + parts[1].xy;
  let last = parts[2].xy + parts[3].xy;
  return TileInput(
    of_quad(low * select(low_nibbles, byte_weights, is_bytes), part),
    of_quad(high * select(high_nibbles, byte_weights, is_bytes), part),
    vec2f(first.x, last.x),
    vec2f(first.y, last.y),
  );
}

// sum + word . x for the four columns of a word that `masks` pick.
fn four_columns(sum: f32, word: u32, masks: vec4u, x: vec4f) -> f32 {
  return sum + f32(i32(word & masks.x)) * x.x + f32(i32(word & masks.y)) * x.y
    + f32(i32(word & masks.z)) * x.z + f32(i32(word & masks.w)) * x.w;
}

// Biased weights times x, one column behind the other: so few values live at a time that a software adapter keeps them in
// registers (7 instructions a column; as vectors 12).
fn sixteen_columns(sum: f32, words: vec4u, even: vec4u, odd: vec4u, a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> f32 {
  let eight = four_columns(four_columns(sum, words.x, even, a), words.y, odd, b);
  return four_columns(four_columns(eight, words.z, even, c), words.w, odd, d);
}

// The products of a tile's first and last sixteen columns by scales and minima.
fn with_minimum(at: u32, in: TileInput, first: f32, last: f32) -> f32 {
  if (GROUP_SIZE == 32u) {
    let pair = unpack2x16float(scales[at]);
    return fma(pair.x, first + last, pair.y * (in.sums.x + in.sums.y));
  }
  let pair = unpack2x16float(scales[2u * at]);
  let next = unpack2x16float(scales[2u * at + 1u]);
  return fma(pair.x, first, pair.y * in.sums.x) + fma(next.x, last, next.y * in.sums.y);
}

// w[row, 32 tile ..] . x, `at` = row * tiles + tile.
fn tile_product(at: u32, in: TileInput) -> f32 {
  if (WEIGHT_FORMAT == 3u) {
    let q = quants[at] ^ flip_nibbles;
    let first = sixteen_columns(in.bias.x, q.xxyy, low_masks, high_masks, in.low[0], in.high[0], in.low[1], in.high[1]);
    let last = sixteen_columns(in.bias.y, q.zzww, low_masks, high_masks, in.low[2], in.high[2], in.low[3], in.high[3]);
    return with_minimum(at, in, first, last);
  }
  let q = quants[2u * at] ^ flip_bytes;
  let r = quants[2u * at + 1u] ^ flip_bytes;
  let first = sixteen_columns(in.bias.x, q, byte_masks, byte_masks, in.low[0], in.high[0], in.low[1], in.high[1]);
  let last = sixteen_columns(in.bias.y, r, byte_masks, byte_masks, in.low[2], in.high[2], in.low[3], in.high[3]);
  if (WEIGHT_FORMAT == 4u) {
    return with_minimum(at, in, first, last);
  }
  let scale = 32u / GROUP_SIZE * at;
  if (GROUP_SIZE == 32u) {
    return bitcast<f32>(scales[scale]) * (first + last);
  }
  return bitcast<f32>(scales[scale]) * first + bitcast<f32>(scales[scale + 1u]) * last;
}

// Row numbers, and what their products with x are.
struct Rows {
  first: vec4u,
  last: vec4u,
}

struct Products {
  first: vec4f,
  last: vec4f,
}

fn four_products(at: vec4u, in: TileInput) -> vec4f {
  return vec4f(tile_product(at.x, in), tile_product(at.y, in), tile_product(at.z, in), tile_product(at.w, in));
}

// w[rows] . x; all lanes of a workgroup call this together.
fn products(rows: Rows, in_features: u32, part: u32) -> Products {
  let tiles = in_features / 32u;
  let first = rows.first * tiles;
  let last = rows.last * tiles;
  var sums: Products;
  for (var tile = 0u; tile < tiles; tile++) {
    let in = tile_input(tile, part);
    sums.first += four_products(first + tile, in);
    sums.last += four_products(last + tile, in);
  }
  return sums;
}
