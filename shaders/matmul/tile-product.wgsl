// matmul/tile-product: 64 tokens by 64 rows of weights a workgroup of 128 lanes, by sixteen columns that all of them load into workgroup memory
// needs     packed-weights.wgsl, stored-f32.wgsl or stored-f16.wgsl; `matrix_row`, of the body: which row of weights is which
// row of the tile of outputs `n` on
//
// A lane has eight tokens by four rows: 128 multiply-adds for twelve loads of four values, of which all but four are shared by its neighbours.
// There are two tiles each: while one is multiplied the next is under way from the device's memory, and one barrier a turn is enough.
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

fn row_of_weights(tile: u32, row: u32, unit: u32) -> vec4f {
  return vec4f(w_tiles[tile + place(row, unit)]);
}

// sum + the products of four columns of a token with those of four rows: column i of `w` is column i of them.
fn added(sum: vec4f, tile: u32, token: u32, unit: u32, w: mat4x4f) -> vec4f {
  let t = vec4f(x_tiles[tile + place(token, unit)]);
  return fma(vec4f(t.w), w[3], fma(vec4f(t.z), w[2], fma(vec4f(t.y), w[1], fma(vec4f(t.x), w[0], sum))));
}

// Of eight tokens, eight apart; a component a row of the tile: lane % 16, then each sixteenth from there.
struct Product {
  a: vec4f, b: vec4f, c: vec4f, d: vec4f,
  e: vec4f, f: vec4f, g: vec4f, h: vec4f,
}

// Of tokens token .. token + 63 and the rows of outputs `n` on; all lanes of a workgroup call this together.
fn product(n: u32, token: u32, lane: u32) -> Product {
  let across = lane % 16u;
  let down = lane / 16u;
  keep(load(n, token, 0u, lane), 0u, lane);
  workgroupBarrier();
  var p: Product;
  var tile = 0u;
  for (var k = 0u; k < params.in_features; k += tile_k) {
    // Past the last columns there is nothing to come: what is loaded instead is not multiplied.
    let next = load(n, token, k + tile_k, lane);
    for (var unit = 0u; unit < units; unit++) {
      let w = transpose(mat4x4f(
        row_of_weights(tile, across, unit), row_of_weights(tile, across + 16u, unit),
        row_of_weights(tile, across + 32u, unit), row_of_weights(tile, across + 48u, unit),
      ));
      p.a = added(p.a, tile, down, unit, w);
      p.b = added(p.b, tile, down + 8u, unit, w);
      p.c = added(p.c, tile, down + 16u, unit, w);
      p.d = added(p.d, tile, down + 24u, unit, w);
      p.e = added(p.e, tile, down + 32u, unit, w);
      p.f = added(p.f, tile, down + 40u, unit, w);
      p.g = added(p.g, tile, down + 48u, unit, w);
      p.h = added(p.h, tile, down + 56u, unit, w);
    }
    tile = tile_size - tile;
    keep(next, tile, lane);
    workgroupBarrier();
  }
  return p;
}
