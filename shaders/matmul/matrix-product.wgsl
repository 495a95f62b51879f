// matmul/matrix-product: tiles of 128 rows of weights by subgroup matrices of 16 x 16, some columns a turn
// needs     ../lib/packed-weights.wgsl, ../lib/stored-f16.wgsl; matrices-of-*.wgsl; matrix-vectors.wgsl or matrix-scalars.wgsl; of the body
// `matrix_row`, which row of weights is which row of the tile of outputs `n` on, and `store`, which takes sums
//
// Both tiles are in f16, sums in f32. A subgroup has 32 tokens by 64 rows: eight products for six loads of matrices. There is one tile each: while
// it is multiplied the next is under way from the device's memory. No other operation of subgroups may stand in such a module, so that a lane's
// place in its subgroup is taken from its index; the self-test finds out a device that counts in another way.

alias Inputs = subgroup_matrix_left<f16, 16, 16>;
alias Weights = subgroup_matrix_right<f16, 16, 16>;
alias Sums = subgroup_matrix_result<f32, 16, 16>;

const lanes = 32u; // of a subgroup
const matrix_size = 16u;
const tile_outputs = 128u;
// Of tokens or rows that the lanes load at once.
const tokens_at_once = 32u;
const rows_at_once = 64u;
// Between rows of a tile: with eight values more, eight neighbouring rows lie in other banks.
const pitch = tile_k + 8u;

// A matrix of sums for each subgroup, on its way to single lanes.
var<workgroup> sums: array<f32, tile_tokens / 16u * matrix_size * matrix_size>;

// What a lane loads of the tiles: eight columns of two rows of weights, four of some tokens.
struct Loaded {
  low: Packed,
  high: Packed,
  inputs: Fours,
}

fn input(token: u32, column: u32) -> vec4f {
  let last = params.first_token + params.num_tokens - 1u;
  // Columns past the end count nothing.
  let at = min(token, last) * params.in_features + min(column, params.in_features - 4u);
  return select(vec4f(), x[at / 4u], column < params.in_features);
}

fn load(n: u32, token: u32, k: u32, lane: u32) -> Loaded {
  const eights = tile_k / 8u;
  const quads = tile_k / 4u;
  let row = lane / eights;
  let column = min(k + lane % eights * 8u, params.in_features - 8u);
  return Loaded(
    packed8(matrix_row(row, n), column), packed8(matrix_row(rows_at_once + row, n), column),
    inputs_of(token + lane / quads, k + lane % quads * 4u),
  );
}

fn keep(it: Loaded, lane: u32) {
  const eights = tile_k / 8u;
  const quads = tile_k / 4u;
  let low = unpacked8(it.low);
  let high = unpacked8(it.high);
  let weights = lane / eights * pitch + lane % eights * 8u;
  keep_weights(weights, stored(low[0]));
  keep_weights(weights + 4u, stored(low[1]));
  keep_weights(weights + rows_at_once * pitch, stored(high[0]));
  keep_weights(weights + rows_at_once * pitch + 4u, stored(high[1]));
  keep_fours(lane / quads * pitch + lane % quads * 4u, it.inputs);
}

// A lane's own of the matrix that its subgroup stored: of tokens lane / 16, and each second from there, output lane % 16.
fn sums_of(at: u32) -> mat2x4f {
  workgroupBarrier();
  let own = mat2x4f(
    vec4f(sums[at], sums[at + lanes], sums[at + 2u * lanes], sums[at + 3u * lanes]),
    vec4f(sums[at + 4u * lanes], sums[at + 5u * lanes], sums[at + 6u * lanes], sums[at + 7u * lanes]),
  );
  workgroupBarrier();
  return own;
}

// The product of tile_tokens tokens from `token` on with the rows of outputs `n` on, into `store`; all lanes of a workgroup call this together.
fn multiply(n: u32, token: u32, lane: u32) {
  let part = lane / lanes;
  let down = part / 2u * 32u;
  let across = part % 2u * 64u;
  let x_at = down * pitch / element_values;
  let w_at = across * pitch / element_values;
  const step = pitch / element_values; // between rows
  const next_matrix = matrix_size * step;
  var a0: Sums;
  var a1: Sums;
  var a2: Sums;
  var a3: Sums;
  var b0: Sums;
  var b1: Sums;
  var b2: Sums;
  var b3: Sums;
  keep(load(n, token, 0u, lane), lane);
  workgroupBarrier();
  for (var k = 0u; k < params.in_features; k += tile_k) {
    // Past the last columns there is nothing to come: what is loaded instead is not multiplied.
    let next = load(n, token, k + tile_k, lane);
    for (var part_k = 0u; part_k < tile_k; part_k += matrix_size) {
      let x_k = x_at + part_k / element_values;
      let w_k = w_at + part_k / element_values;
      let a = subgroupMatrixLoad<Inputs, row_major>(&x_tile, x_k, step);
      let b = subgroupMatrixLoad<Inputs, row_major>(&x_tile, x_k + next_matrix, step);
      let w0 = subgroupMatrixLoad<Weights, col_major>(&w_tile, w_k, step);
      a0 = subgroupMatrixMultiplyAccumulate(a, w0, a0);
      b0 = subgroupMatrixMultiplyAccumulate(b, w0, b0);
      let w1 = subgroupMatrixLoad<Weights, col_major>(&w_tile, w_k + next_matrix, step);
      a1 = subgroupMatrixMultiplyAccumulate(a, w1, a1);
      b1 = subgroupMatrixMultiplyAccumulate(b, w1, b1);
      let w2 = subgroupMatrixLoad<Weights, col_major>(&w_tile, w_k + 2u * next_matrix, step);
      a2 = subgroupMatrixMultiplyAccumulate(a, w2, a2);
      b2 = subgroupMatrixMultiplyAccumulate(b, w2, b2);
      let w3 = subgroupMatrixLoad<Weights, col_major>(&w_tile, w_k + 3u * next_matrix, step);
      a3 = subgroupMatrixMultiplyAccumulate(a, w3, a3);
      b3 = subgroupMatrixMultiplyAccumulate(b, w3, b3);
    }
    workgroupBarrier();
    keep(next, lane);
    workgroupBarrier();
  }
  let own = part * matrix_size * matrix_size;
  let at = own + lane % lanes;
  subgroupMatrixStore<row_major>(&sums, own, a0, matrix_size);
  let of_a0 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, a1, matrix_size);
  let of_a1 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, a2, matrix_size);
  let of_a2 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, a3, matrix_size);
  let of_a3 = sums_of(at);
  store(n, token + down, part % 2u, lane % lanes, of_a0, of_a1, of_a2, of_a3);
  subgroupMatrixStore<row_major>(&sums, own, b0, matrix_size);
  let of_b0 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, b1, matrix_size);
  let of_b1 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, b2, matrix_size);
  let of_b2 = sums_of(at);
  subgroupMatrixStore<row_major>(&sums, own, b3, matrix_size);
  let of_b3 = sums_of(at);
  store(n, token + down + matrix_size, part % 2u, lane % lanes, of_b0, of_b1, of_b2, of_b3);
}
