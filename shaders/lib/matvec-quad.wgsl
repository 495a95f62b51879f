// matvec-quad: dot products of four weight rows a lane with x; the lanes of a quad load x once between them.
// bindings  1 quants, 2 scales of an int4 or int8 matrix (core/model.ts) | 3 x [in_features] f32 read; the kernel declares Params
// override  WEIGHT_FORMAT 2 int8, 3 int4 | GROUP_SIZE 32 or 16
// needs     in_features a multiple of 32; a quad-*.wgsl file, masked-columns.wgsl
//
// A software adapter's time goes into loads, which it does lane by lane. So a tile of 32 columns costs a row one vector of
// words and one scale, and x a quarter of a load a column and four rows. Measured on one, 576 x 30,720 int4,
// Gweights/s: this 1.27; ../matvec 0.63, lanes that split a row no faster; two rows a lane and eight rows about as fast as four.

override WEIGHT_FORMAT: u32 = 3u;
override GROUP_SIZE: u32 = 32u;

@group(0) @binding(1) var<storage, read> quants: array<vec4u>;
@group(0) @binding(2) var<storage, read> scales: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;

const ones = vec4f(1.0);
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

fn tile_input(tile: u32, lane: u32) -> TileInput {
  let part = lane & 3u;
  let at = tile * 8u + part * 2u;
  let low = x[at];
  let high = x[at + 1u];
  let is_bytes = WEIGHT_FORMAT == 2u;
  let bias = select(dot(high, nibble_bias), dot(low + high, byte_bias), is_bytes);
  let parts = of_quad(vec4f(dot(low + high, ones), bias, 0.0, 0.0), lane);
  let first = parts[0].xy + parts[1].xy;
  let last = parts[2].xy + parts[3].xy;
  return TileInput(
    of_quad(low * select(low_nibbles, byte_weights, is_bytes), lane),
    of_quad(high * select(high_nibbles, byte_weights, is_bytes), lane),
    vec2f(first.x, last.x),
    vec2f(first.y, last.y),
  );
}

// w[row, 32 tile ..] . x, `at` = row * tiles + tile.
fn tile_product(at: u32, in: TileInput) -> f32 {
  if (WEIGHT_FORMAT == 2u) {
    let q = quants[2u * at] ^ flip_bytes;
    let r = quants[2u * at + 1u] ^ flip_bytes;
    let first = fma(bytes(q.x), in.low[0], bytes(q.y) * in.high[0]) + fma(bytes(q.z), in.low[1], bytes(q.w) * in.high[1]);
    let last = fma(bytes(r.x), in.low[2], bytes(r.y) * in.high[2]) + fma(bytes(r.z), in.low[3], bytes(r.w) * in.high[3]);
    let scale = 32u / GROUP_SIZE * at;
    if (GROUP_SIZE == 32u) {
      return bitcast<f32>(scales[scale]) * (dot(first + last, ones) + in.bias.x + in.bias.y);
    }
    return bitcast<f32>(scales[scale]) * (dot(first, ones) + in.bias.x)
      + bitcast<f32>(scales[scale + 1u]) * (dot(last, ones) + in.bias.y);
  }
  let q = quants[at] ^ flip_nibbles;
  let first = fma(low(q.x), in.low[0], high(q.x) * in.high[0]) + fma(low(q.y), in.low[1], high(q.y) * in.high[1]);
  let last = fma(low(q.z), in.low[2], high(q.z) * in.high[2]) + fma(low(q.w), in.low[3], high(q.w) * in.high[3]);
  if (GROUP_SIZE == 32u) {
    let pair = unpack2x16float(scales[at]);
    return fma(pair.x, dot(first + last, ones) + in.bias.x + in.bias.y, pair.y * (in.sums.x + in.sums.y));
  }
  let pair = unpack2x16float(scales[2u * at]);
  let next = unpack2x16float(scales[2u * at + 1u]);
  return fma(pair.x, dot(first, ones) + in.bias.x, pair.y * in.sums.x)
    + fma(next.x, dot(last, ones) + in.bias.y, next.y * in.sums.y);
}

// w[rows] . x; all lanes of a workgroup call this together.
fn products(rows: vec4u, in_features: u32, lane: u32) -> vec4f {
  let tiles = in_features / 32u;
  let first = rows * tiles;
  var sums = vec4f();
  for (var tile = 0u; tile < tiles; tile++) {
    let in = tile_input(tile, lane);
    sums += vec4f(
      tile_product(first.x + tile, in),
      tile_product(first.y + tile, in),
      tile_product(first.z + tile, in),
      tile_product(first.w + tile, in),
    );
  }
  return sums;
}

