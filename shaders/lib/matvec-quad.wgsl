// matvec-quad: dot products of four weight rows a lane with x; the lanes of a quad load x once between them.
// bindings  1 quants, 2 scales of an int4 or int8 matrix (core/model.ts) | 3 x [in_features] f32 read; the kernel declares Params
// override  WEIGHT_FORMAT 2 int8, 3 int4 | GROUP_SIZE 32 or 16
// needs     in_features a multiple of 32; a quad-*.wgsl file; the nibble and byte tricks of weights.wgsl, repeated here for 32 columns
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
// What masking a nibble or a byte in place multiplies it by, undone in x.
const nibble_weights = vec4f(1.0, 0.0625, 0.00390625, 0.000244140625);
const byte_weights = vec4f(1.0, 0.00390625, 1.0, 0.00390625);

fn nibbles(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & vec4u(0xfu, 0xf0u, 0xf00u, 0xf000u)));
}

fn bytes(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word, word, word >> 16u, word >> 16u) & vec4u(0xffu, 0xff00u, 0xffu, 0xff00u)));
}

// The 32 values of x that a tile meets: columns 0-3 of each eight in `low`, 4-7 in `high`; sums of the first and last sixteen.
struct TileInput {
  low: mat4x4f,
  high: mat4x4f,
  sums: vec2f,
}

fn tile_input(tile: u32, lane: u32) -> TileInput {
  let part = lane & 3u;
  let at = tile * 8u + part * 2u;
  let low = x[at];
  let high = x[at + 1u];
  let weights = select(nibble_weights, byte_weights, WEIGHT_FORMAT == 2u);
  let parts = of_quad(vec4f(dot(low + high, ones)), lane);
  return TileInput(
    of_quad(low * weights, lane),
    of_quad(high * weights, lane),
    vec2f(parts[0].x + parts[1].x, parts[2].x + parts[3].x),
  );
}

// w[row, 32 tile ..] . x, `at` = row * tiles + tile.
fn tile_product(at: u32, in: TileInput) -> f32 {
  if (WEIGHT_FORMAT == 2u) {
    let q = quants[2u * at] ^ vec4u(0x80808080u); // two's complement to offset 128
    let r = quants[2u * at + 1u] ^ vec4u(0x80808080u);
    let first = fma(bytes(q.x), in.low[0], bytes(q.y) * in.high[0]) + fma(bytes(q.z), in.low[1], bytes(q.w) * in.high[1]);
    let last = fma(bytes(r.x), in.low[2], bytes(r.y) * in.high[2]) + fma(bytes(r.z), in.low[3], bytes(r.w) * in.high[3]);
    let scale = 32u / GROUP_SIZE * at;
    let sums = vec2f(dot(first, ones), dot(last, ones)) - 128.0 * in.sums;
    if (GROUP_SIZE == 32u) {
      return bitcast<f32>(scales[scale]) * (sums.x + sums.y);
    }
    return bitcast<f32>(scales[scale]) * sums.x + bitcast<f32>(scales[scale + 1u]) * sums.y;
  }
  let q = quants[at];
  let first = fma(nibbles(q.x), in.low[0], nibbles(q.x >> 16u) * in.high[0])
    + fma(nibbles(q.y), in.low[1], nibbles(q.y >> 16u) * in.high[1]);
  let last = fma(nibbles(q.z), in.low[2], nibbles(q.z >> 16u) * in.high[2])
    + fma(nibbles(q.w), in.low[3], nibbles(q.w >> 16u) * in.high[3]);
  if (GROUP_SIZE == 32u) {
    let pair = unpack2x16float(scales[at]);
    return fma(pair.x, dot(first + last, ones), pair.y * (in.sums.x + in.sums.y));
  }
  let pair = unpack2x16float(scales[2u * at]);
  let next = unpack2x16float(scales[2u * at + 1u]);
  return fma(pair.x, dot(first, ones), pair.y * in.sums.x) + fma(next.x, dot(last, ones), next.y * in.sums.y);
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

