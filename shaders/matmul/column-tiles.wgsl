// matmul/column-tiles: sixteen columns a turn of both matrices, by columns in workgroup memory: a lane reads four rows at once
// needs     packed-weights.wgsl, stored-f32.wgsl or stored-f16.wgsl; `quads`, rows of a tile / 4; `parts`, of 8 * quads lanes each, and `pairs`
// of tiles, as many or twice as many (tiles-of-*.wgsl, one-after-another.wgsl, split-k.wgsl); a `Product` and `multiplied`; `matrix_row`, of the body: which row of weights is which row of the tile of outputs `n` on
//
// A lane loads four columns of four rows, of weights or of inputs, while the turn before is multiplied, turns them over in its registers
// and stores four vectors of four rows: nothing is moved twice, and weights are unpacked once a workgroup. Which vector of a column's a quad
// of rows is hangs on the columns (`place`): the eight lanes that store at a time, of four strips and two quads, and the eight
// that read neighbouring quads, both lie in all banks once. Every index is masked to its array, so that compilers need not clamp it.

// By pair, matrix (weights, inputs), strip of four columns, and column.
var<workgroup> tiles: array<array<array<array<array<Stored, quads>, 4>, 4>, 2>, pairs>;

fn place(quad: u32, strip: u32) -> u32 {
  return (quad ^ (strip << 1u)) & (quads - 1u);
}

// Four columns of four rows, as they are in the device's memory.
struct Loaded {
  a: vec4u,
  b: vec4u,
  c: vec4u,
  d: vec4u,
}

// Which strip of the tiles a lane brings: neighbours have the same rows.
struct Share {
  of_inputs: bool,
  quad: u32,
  strip: u32,
  // Elements before each row of its quad.
  rows: vec4u,
}

fn share_of(lane: u32, n: u32, token: u32) -> Share {
  let quad = (lane >> 2u) & (quads - 1u);
  let four = vec4u(0u, 1u, 2u, 3u) + 4u * quad;
  let of_inputs = lane >= 4u * quads;
  // Tokens past the end are read as the last one.
  var rows = min(token + four, vec4u(params.first_token + params.num_tokens - 1u));
  if (!of_inputs) {
    rows = vec4u(matrix_row(four.x, n), matrix_row(four.y, n), matrix_row(four.z, n), matrix_row(four.w, n));
  }
  return Share(of_inputs, quad, lane & 3u, rows * params.in_features);
}

// Its strip of the columns from `k` on. Past the last columns: some weights, of inputs zeros.
fn load(share: Share, k: u32) -> Loaded {
  let column = k + 4u * share.strip;
  let at = share.rows + vec4u(min(column, params.in_features - 4u));
  if (!share.of_inputs) {
    return Loaded(packed4(at.x), packed4(at.y), packed4(at.z), packed4(at.w));
  }
  if (column >= params.in_features) {
    return Loaded();
  }
  return Loaded(
    bitcast<vec4u>(x[at.x / 4u]), bitcast<vec4u>(x[at.y / 4u]), bitcast<vec4u>(x[at.z / 4u]), bitcast<vec4u>(x[at.w / 4u]),
  );
}

fn keep(it: Loaded, share: Share, pair: u32) {
  var rows = mat4x4f(bitcast<vec4f>(it.a), bitcast<vec4f>(it.b), bitcast<vec4f>(it.c), bitcast<vec4f>(it.d));
  if (!share.of_inputs) {
    let strip = share.strip;
    rows = mat4x4f(unpacked4(it.a, strip), unpacked4(it.b, strip), unpacked4(it.c, strip), unpacked4(it.d, strip));
  }
  let columns = transpose(rows);
  let matrix = u32(share.of_inputs);
  let at = place(share.quad, share.strip);
  tiles[pair][matrix][share.strip][0][at] = stored(columns[0]);
  tiles[pair][matrix][share.strip][1][at] = stored(columns[1]);
  tiles[pair][matrix][share.strip][2][at] = stored(columns[2]);
  tiles[pair][matrix][share.strip][3][at] = stored(columns[3]);
}

// A lane's place among those that multiply: of sixteen across the outputs, and down the tokens. Pairs of neighbours read the same outputs, and
// every second lane the same tokens: that is what NVIDIA's workgroup memory reads half a subgroup of at a time.
fn across(lane: u32) -> u32 {
  return ((lane >> 1u) & 7u) | ((lane >> 2u) & 8u);
}

fn down(lane: u32) -> u32 {
  return (lane & 1u) | ((lane >> 3u) & 2u) | ((lane >> 4u) & 12u);
}

// Of tokens `token` on and the rows of outputs `n` on; all lanes of a workgroup call this together.
fn product(n: u32, token: u32, lane: u32) -> Product {
  let member = lane & (8u * quads - 1u);
  let part = (lane / (8u * quads)) & (parts - 1u);
  let share = share_of(member, n, token);
  var pair = part;
  keep(load(share, 16u * part), share, pair);
  workgroupBarrier();
  var p: Product;
  for (var k = 0u; k < params.in_features; k += 16u * parts) {
    let next = load(share, k + 16u * (parts + part));
    for (var strip = 0u; strip < 4u; strip++) {
      p = multiplied(p, pair, strip, member);
    }
    if (pairs == parts) {
      workgroupBarrier();
    }
    pair = (pair + parts) & (pairs - 1u);
    keep(next, share, pair);
    workgroupBarrier();
  }
  return p;
}
