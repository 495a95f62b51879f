// matmul/tile-product: sixteen columns a turn of turns.wgsl, loaded into workgroup memory and multiplied in f32
// needs     packed-weights.wgsl, stored-f32.wgsl or stored-f16.wgsl; `matrix_row`, of the body: which row of weights is which
// row of the tile of outputs `n` on
//
// A lane has eight tokens by four rows: 128 multiply-adds for twelve loads of four values, of which all but four are shared by its neighbours.
// Weights are unpacked once a workgroup. A row's four vectors are stored in an order that depends on the row, so that neighbouring rows, which
// neighbouring lanes read, lie in other banks.

const tile_rows = 64u;
const units = 4u; // of four columns each
const tile_k = 4u * units;
const tile_size = tile_rows * units;

var<workgroup> w_tiles: array<Stored, 2u * tile_size>;
var<workgroup> x_tiles: array<Stored, 2u * tile_size>;

fn place(row: u32, unit: u32) -> u32 {
  return row * units + (unit ^ (row / rows_a_line % units));
}

// What a lane loads of the tiles: eight columns of a row of weights, four of two tokens.
struct Loaded {
  weights: Packed,
  first: vec4f,
  last: vec4f,
}

fn input(token: u32, column: u32) -> vec4f {
  let last = params.first_token + params.num_tokens - 1u;
  // Columns past the end count nothing.
  let at = min(token, last) * params.in_features + min(column, params.in_features - 4u);
  return select(vec4f(), x[at / 4u], column < params.in_features);
}

fn load(n: u32, token: u32, k: u32, lane: u32) -> Loaded {
  let column = min(k + lane % 2u * 8u, params.in_features - 8u);
  let four = k + lane % units * 4u;
  let row = lane / units;
  return Loaded(
    packed8(matrix_row(lane / 2u, n), column), input(token + row, four), input(token + tile_rows / 2u + row, four),
  );
}

fn keep(it: Loaded, tile: u32, lane: u32) {
  let weights = unpacked8(it.weights);
  w_tiles[tile + place(lane / 2u, lane % 2u * 2u)] = stored(weights[0]);
  w_tiles[tile + place(lane / 2u, lane % 2u * 2u + 1u)] = stored(weights[1]);
  x_tiles[tile + place(lane / units, lane % units)] = stored(it.first);
  x_tiles[tile + place(tile_rows / 2u + lane / units, lane % units)] = stored(it.last);
}

// Four columns of four rows, sixteen apart: column i is column i of them.
fn rows_at(tile: u32, row: u32, unit: u32) -> mat4x4f {
  return transpose(mat4x4f(
    vec4f(w_tiles[tile + place(row, unit)]), vec4f(w_tiles[tile + place(row + 16u, unit)]),
    vec4f(w_tiles[tile + place(row + 32u, unit)]), vec4f(w_tiles[tile + place(row + 48u, unit)]),
  ));
}

// sum + the products of four columns of a token with those of the rows.
fn added(sum: vec4f, tile: u32, token: u32, unit: u32, w: mat4x4f) -> vec4f {
  let t = vec4f(x_tiles[tile + place(token, unit)]);
  return fma(vec4f(t.w), w[3], fma(vec4f(t.z), w[2], fma(vec4f(t.y), w[1], fma(vec4f(t.x), w[0], sum))));
}
