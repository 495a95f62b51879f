// matmul-quad: matmul with inputs loaded once a quad of lanes and weights by sixteen columns, written for few loads and instructions
// bindings  0 params uniform | 1 quants, 2 scales of a matrix in any canonical layout (core/model.ts) | 3 x [*, in_features] f32 read
//           4 y: lib/matmul.wgsl
// override  WORKGROUP_SIZE, a multiple of 4 | WEIGHT_FORMAT 0 f32, 1 f16, 2 int8, 3 int4 | GROUP_SIZE columns per scale
// dispatch  one invocation per 16 tokens x 16 outputs: grid = [ceil(out / 16 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     lib/quad-tiles.wgsl; in_features a multiple of 16; out_features, out_offset, out_stride of 4
//           twin: ../matmul/matmul.ref.ts; tolerance class: reduction-f32
//
// Not a division or shift in the loop: a software adapter does them lane by lane. Measured on one (M 128, K 576, N 1536, int4;
// GFLOP/s): this 12.5; ../matmul in quads, by eight columns and broadcasts, 9.9; tiles of 32 x 8 12.5, of 32 x 16 13.2 in three
// times the compile time; without loads and dequantisation the products alone 16, 4.6 instructions a multiply-add, most of them moves.

override WORKGROUP_SIZE: u32 = 16u;
override WEIGHT_FORMAT: u32 = 3u;
override GROUP_SIZE: u32 = 32u;

@group(0) @binding(1) var<storage, read> quants: array<vec2u>;
@group(0) @binding(2) var<storage, read> scales: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<mat4x4f>;

// Nibbles and bytes are masked in place and scaled by powers of two. Converted as signed, the highest counts from -8 or -128.
const low_nibbles = vec4f(1.0, 0x1p-4, 0x1p-8, 0x1p-12);
const high_nibbles = vec4f(0x1p-16, 0x1p-20, 0x1p-24, 0x1p-28);
const byte_weights = vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24);

fn low(word: u32, scale: vec4f, offset: vec4f) -> vec4f {
  return fma(vec4f(vec4i(vec4u(word) & vec4u(0xfu, 0xf0u, 0xf00u, 0xf000u))), scale, offset);
}

fn high(word: u32, scale: vec4f, offset: vec4f) -> vec4f {
  let flipped = word ^ 0x80000000u;
  return fma(vec4f(vec4i(vec4u(flipped) & vec4u(0xf0000u, 0xf00000u, 0xf000000u, 0xf0000000u))), scale, offset);
}

fn bytes(word: u32, scale: vec4f, offset: vec4f) -> vec4f {
  let flipped = word ^ 0x00808080u;
  return fma(vec4f(vec4i(vec4u(flipped) & vec4u(0xffu, 0xff00u, 0xff0000u, 0xff000000u))), scale, offset);
}

// Sixteen columns of a row, four a vector; `at` = row * in_features / 16 + tile, `group` those of its scale.
fn weights16(at: u32, group: u32) -> mat4x4f {
  if (WEIGHT_FORMAT == 3u) {
    let words = quants[at];
    let pair = unpack2x16float(scales[group]);
    let first = pair.x * low_nibbles;
    let last = pair.x * high_nibbles;
    let minimum = vec4f(pair.y);
    let flipped = vec4f(pair.yyy, fma(8.0, pair.x, pair.y));
    return mat4x4f(
      low(words.x, first, minimum), high(words.x, last, flipped),
      low(words.y, first, minimum), high(words.y, last, flipped),
    );
  }
  if (WEIGHT_FORMAT == 2u) {
    let words = vec4u(quants[2u * at], quants[2u * at + 1u]);
    let scale = bitcast<f32>(scales[group]);
    let weights = scale * byte_weights;
    let offset = scale * vec4f(-128.0, -128.0, -128.0, 0.0);
    return mat4x4f(
      bytes(words.x, weights, offset), bytes(words.y, weights, offset),
      bytes(words.z, weights, offset), bytes(words.w, weights, offset),
    );
  }
  if (WEIGHT_FORMAT == 1u) {
    return mat4x4f(halves(4u * at), halves(4u * at + 1u), halves(4u * at + 2u), halves(4u * at + 3u));
  }
  return mat4x4f(floats(8u * at), floats(8u * at + 2u), floats(8u * at + 4u), floats(8u * at + 6u));
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

// Column i of `tile` is token + (lane ^ i).
fn store_quad(token: u32, output: u32, lane: u32, tile: mat4x4f) {
  store_token(token + lane, output, tile[0]);
  store_token(token + (lane ^ 1u), output, tile[1]);
  store_token(token + (lane ^ 2u), output, tile[2]);
  store_token(token + (lane ^ 3u), output, tile[3]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = index & 3u;
  let n = id.x * 16u;
  let t = params.first_token + id.y * 16u;
  let tiles = params.in_features / 16u;
  let groups = params.in_features / GROUP_SIZE;
  // Rows and tokens past the end are read as the last ones: a quad needs all of its lanes, and nothing of them is stored.
  let last = params.out_features - 1u;
  let rows = vec4u(n) + vec4u(0u, 1u, 2u, 3u);
  let r0 = params.weight_row + min(rows, vec4u(last));
  let r1 = params.weight_row + min(rows + 4u, vec4u(last));
  let r2 = params.weight_row + min(rows + 8u, vec4u(last));
  let r3 = params.weight_row + min(rows + 12u, vec4u(last));
  let last_token = params.first_token + params.num_tokens - 1u;
  let tokens = min(vec4u(t + lane) + vec4u(0u, 4u, 8u, 12u), vec4u(last_token)) * tiles;
  var a00 = mat4x4f(); var a01 = mat4x4f(); var a02 = mat4x4f(); var a03 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f(); var a12 = mat4x4f(); var a13 = mat4x4f();
  var a20 = mat4x4f(); var a21 = mat4x4f(); var a22 = mat4x4f(); var a23 = mat4x4f();
  var a30 = mat4x4f(); var a31 = mat4x4f(); var a32 = mat4x4f(); var a33 = mat4x4f();
  for (var k = 0u; k < tiles; k++) {
    let group = k * 16u / GROUP_SIZE;
    let w0 = weight_tile(r0 * tiles + k, r0 * groups + group);
    let w1 = weight_tile(r1 * tiles + k, r1 * groups + group);
    let w2 = weight_tile(r2 * tiles + k, r2 * groups + group);
    let w3 = weight_tile(r3 * tiles + k, r3 * groups + group);
    let x0 = quad_rows(x[tokens.x + k]);
    a00 += products(w0, x0); a01 += products(w1, x0); a02 += products(w2, x0); a03 += products(w3, x0);
    let x1 = quad_rows(x[tokens.y + k]);
    a10 += products(w0, x1); a11 += products(w1, x1); a12 += products(w2, x1); a13 += products(w3, x1);
    let x2 = quad_rows(x[tokens.z + k]);
    a20 += products(w0, x2); a21 += products(w1, x2); a22 += products(w2, x2); a23 += products(w3, x2);
    let x3 = quad_rows(x[tokens.w + k]);
    a30 += products(w0, x3); a31 += products(w1, x3); a32 += products(w2, x3); a33 += products(w3, x3);
  }
  store_quad(t, n, lane, a00); store_quad(t, n + 4u, lane, a01); store_quad(t, n + 8u, lane, a02); store_quad(t, n + 12u, lane, a03);
  let t1 = t + 4u;
  store_quad(t1, n, lane, a10); store_quad(t1, n + 4u, lane, a11); store_quad(t1, n + 8u, lane, a12); store_quad(t1, n + 12u, lane, a13);
  let t2 = t + 8u;
  store_quad(t2, n, lane, a20); store_quad(t2, n + 4u, lane, a21); store_quad(t2, n + 8u, lane, a22); store_quad(t2, n + 12u, lane, a23);
  let t3 = t + 12u;
  store_quad(t3, n, lane, a30); store_quad(t3, n + 4u, lane, a31); store_quad(t3, n + 8u, lane, a32); store_quad(t3, n + 12u, lane, a33);
}
