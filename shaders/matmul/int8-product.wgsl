// matmul/int8-product: 32 columns a turn of turns.wgsl, multiplied as int8: each sixteen columns of a token are rounded to 127ths of their largest
// needs     ../lib/weights.wgsl's formats 2, 3 and 4; `matrix_row`, of the body: which row of weights is which row of the tile of outputs `n`
//           on; in_features a multiple of 32
//
// Half of the instructions of products in f32 where a device multiplies four bytes in one. Of random inputs an NMSE of 1.6e-5 a product (tolerance
// class int8-inputs): only for callers that accept it. Sixteen columns, not all of a turn, have a scale of their own: a lane rounds what
// it has loaded and asks no other, outliers spoil fewer neighbours, and weights may be in groups of sixteen too.

const tile_rows = 64u;
const units = 2u; // of sixteen columns each
const tile_k = 16u * units;
const tile_size = tile_rows * units;

var<workgroup> w_tiles: array<vec4u, 2u * tile_size>;
var<workgroup> x_tiles: array<vec4u, 2u * tile_size>;
// Of a unit's rows: scale and minimum of weights; scale and sum of a token's elements.
var<workgroup> w_scales: array<vec2f, 2u * tile_size>;
var<workgroup> x_scales: array<vec2f, 2u * tile_size>;

// Eight neighbouring rows lie in eight banks.
fn place(row: u32, unit: u32) -> u32 {
  return row * units + (unit ^ (row / 4u % units));
}

// What a lane loads of the tiles: sixteen columns of a row of weights and of a token.
struct Loaded {
  weights: vec4u,
  scale: u32,
  a: vec4f,
  b: vec4f,
  c: vec4f,
  d: vec4f,
}

fn load(n: u32, token: u32, k: u32, lane: u32) -> Loaded {
  // Behind the last columns these again: nobody multiplies them.
  let column = min(k + lane % units * 16u, params.in_features - 16u);
  let element = matrix_row(lane / units, n) * params.in_features + column;
  let last = params.first_token + params.num_tokens - 1u;
  let at = (min(token + lane / units, last) * params.in_features + column) / 4u;
  var words = vec4u(quants[element / 8u], quants[element / 8u + 1u], 0u, 0u);
  if (WEIGHT_FORMAT != 3u) {
    let word = element / 4u;
    words = vec4u(quants[word], quants[word + 1u], quants[word + 2u], quants[word + 3u]);
  }
  return Loaded(words, scales[element / GROUP_SIZE], x[at], x[at + 1u], x[at + 2u], x[at + 3u]);
}

// Nibbles as bytes: of eight columns the even ones, then the odd ones.
fn weight_bytes(words: vec4u) -> vec4u {
  if (WEIGHT_FORMAT == 3u) {
    let pairs = words.xxyy >> vec4u(0u, 4u, 0u, 4u);
    return pairs & vec4u(0x0f0f0f0fu);
  }
  return words;
}

fn four_bytes(v: vec4f) -> u32 {
  return pack4xI8(vec4i(round(v)));
}

// In the weights' order.
fn input_bytes(a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4u {
  if (WEIGHT_FORMAT == 3u) {
    return vec4u(
      four_bytes(vec4f(a.xz, b.xz)), four_bytes(vec4f(a.yw, b.yw)), four_bytes(vec4f(c.xz, d.xz)), four_bytes(vec4f(c.yw, d.yw)),
    );
  }
  return vec4u(four_bytes(a), four_bytes(b), four_bytes(c), four_bytes(d));
}

fn keep(it: Loaded, tile: u32, lane: u32) {
  let row = lane / units;
  let unit = lane % units;
  w_tiles[tile + place(row, unit)] = weight_bytes(it.weights);
  let most = max(max(abs(it.a), abs(it.b)), max(abs(it.c), abs(it.d)));
  let largest = max(max(max(most.x, most.y), max(most.z, most.w)), 1.0e-30);
  let unscaled = 127.0 / largest;
  x_tiles[tile + place(row, unit)] = input_bytes(unscaled * it.a, unscaled * it.b, unscaled * it.c, unscaled * it.d);
  let at = tile + unit * tile_rows + row;
  if (WEIGHT_FORMAT == 2u) {
    w_scales[at] = vec2f(bitcast<f32>(it.scale), 0.0);
  } else {
    w_scales[at] = unpack2x16float(it.scale);
  }
  x_scales[at] = vec2f(largest / 127.0, dot(it.a + it.b + it.c + it.d, vec4f(1.0)));
}

// Sixteen columns of four rows, with their scales and minima.
struct FourRows {
  a: vec4u,
  b: vec4u,
  c: vec4u,
  d: vec4u,
  scales: vec4f,
  minima: vec4f,
}

fn rows_at(tile: u32, row: u32, unit: u32) -> FourRows {
  let at = tile + unit * tile_rows + row;
  let s = transpose(mat4x2f(w_scales[at], w_scales[at + 16u], w_scales[at + 32u], w_scales[at + 48u]));
  return FourRows(
    w_tiles[tile + place(row, unit)], w_tiles[tile + place(row + 16u, unit)],
    w_tiles[tile + place(row + 32u, unit)], w_tiles[tile + place(row + 48u, unit)],
    s[0], s[1],
  );
}

fn dot16(a: vec4u, b: vec4u) -> i32 {
  return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y) + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
}

// sum + the products of a token with the rows.
fn added(sum: vec4f, tile: u32, token: u32, unit: u32, w: FourRows) -> vec4f {
  let t = x_tiles[tile + place(token, unit)];
  let s = x_scales[tile + unit * tile_rows + token];
  let products = vec4f(vec4i(dot16(w.a, t), dot16(w.b, t), dot16(w.c, t), dot16(w.d, t)));
  let scaled = fma(s.x * products, w.scales, sum);
  if (WEIGHT_FORMAT == 2u) {
    return scaled;
  }
  return fma(vec4f(s.y), w.minima, scaled);
}
