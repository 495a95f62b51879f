// flash-attention/blocks: q . k of ROWS rows and 32 keys by 64 lanes, a lane four neighbouring keys of every eighth row, by fused multiply-adds
// needs     ROWS 32 or 64; VECTORS: of a head; P_UNITS: 8 where probabilities lie behind the queries, else 0; V_FIRST: 0 where values take
//           the place of keys, VECTORS where they lie behind them; `Stored`, `stored` (stored-f32.wgsl or stored-f16.wgsl); rows.wgsl
//
// Queries, keys and values are each read from the device's memory once a workgroup and tile, in runs of 64 bytes and more. A scalar index
// of an inner array holds all loop long, and the outer one is a loop's own count, so that unrolled loads have constant offsets.
// Lanes that read at once read neighbours, two of them the same vector; so do those that write, which is why every fourth key
// lies beside the one before, and rows of the tile are two vectors longer than they need to be.

const KEYS = 32u;
// Whether a lane has eight rows or four.
const IS_TALL = ROWS > 32u;
// The queries are scaled as they are brought, so that 2 to the power of a score is what softmax adds up.
const LOG2E = 1.4426950408889634;

// Column i: row y + 8 i, and of `lower` y + 8 (4 + i), with keys 4 x to 4 x + 3. No array, which a driver might keep out of registers.
struct Scores {
  upper: mat4x4f,
  lower: mat4x4f,
}

// [vector of a head, row], and behind them [four keys, row].
var<workgroup> row_tile: array<array<Stored, ROWS + 2u>, VECTORS + P_UNITS>;
// [vector of a head, place of a key], and, of values, [key, vector of a head] as it lies in 32 columns.
var<workgroup> key_tile: array<array<Stored, KEYS>, V_FIRST + VECTORS>;

// A lane's place among the 8 x 8.
fn x_of(lane: u32) -> u32 {
  return lane / 2u % 8u;
}

fn y_of(lane: u32) -> u32 {
  return lane / 16u % 4u * 2u + lane % 2u;
}

// Eight rows by four vectors, then the next eight rows: each 32 lanes read runs of 64 bytes and write neighbours.
fn in_tile(i: u32, rows: u32) -> u32 {
  return i / 32u % (rows / 8u) * 8u + i % 8u;
}

fn vector_of(i: u32, rows: u32) -> u32 {
  return i / (4u * rows) * 4u + i / 8u % 4u;
}

fn bring_queries(lane: u32, first_row: u32, kv_head: u32) {
  let size = params.head_dim / 4u;
  for (var i = lane; i < ROWS * VECTORS; i += WORKGROUP_SIZE) {
    let place = in_tile(i, ROWS);
    let at = vector_of(i, ROWS);
    let row = first_row + place;
    let query = token_of(row) * params.num_heads + head_of(row, kv_head);
    let value = select(vec4f(), q[query * size + min(at, size - 1u)], at < size);
    row_tile[at][place] = stored(params.scale * LOG2E * value);
  }
}

// Keys behind the last one are read as that.
fn vector_at(key: u32, kv_head: u32) -> u32 {
  let last_key = params.num_slots + params.first_token + params.num_tokens - 1u;
  return (kv_head * params.capacity + min(key, last_key)) * (params.head_dim / 4u);
}

fn bring_keys(lane: u32, first_key: u32, kv_head: u32) {
  let size = params.head_dim / 4u;
  for (var i = lane; i < KEYS * VECTORS; i += WORKGROUP_SIZE) {
    let place = in_tile(i, KEYS);
    let at = vector_of(i, KEYS);
    let first = vector_at(first_key + place % 8u * 4u + place / 8u, kv_head);
    key_tile[at][place] = stored(select(vec4f(), keys[first + min(at, size - 1u)], at < size));
  }
}

// sum + four of a row by a matrix that has a column for each of them.
fn added(sum: vec4f, four: vec4f, m: mat4x4f) -> vec4f {
  let half = fma(vec4f(four.y), m[1], fma(vec4f(four.x), m[0], sum));
  return fma(vec4f(four.w), m[3], fma(vec4f(four.z), m[2], half));
}

fn all_added(sums: mat4x4f, rows: mat4x4f, m: mat4x4f) -> mat4x4f {
  return mat4x4f(
    added(sums[0], rows[0], m),
    added(sums[1], rows[1], m),
    added(sums[2], rows[2], m),
    added(sums[3], rows[3], m),
  );
}

// A unit of four rows, eight apart.
fn rows_at(unit: u32, row: u32) -> mat4x4f {
  return mat4x4f(
    vec4f(row_tile[unit][row]),
    vec4f(row_tile[unit][row + 8u]),
    vec4f(row_tile[unit][row + 16u]),
    vec4f(row_tile[unit][row + 24u]),
  );
}

// Of what was brought, by base 2.
fn scores(x: u32, lane_y: u32) -> Scores {
  var s: Scores;
  for (var d = 0u; d < VECTORS; d++) {
    let by_element = transpose(mat4x4f(
      vec4f(key_tile[d][x]),
      vec4f(key_tile[d][x + 8u]),
      vec4f(key_tile[d][x + 16u]),
      vec4f(key_tile[d][x + 24u]),
    ));
    s.upper = all_added(s.upper, rows_at(d, lane_y), by_element);
    if (IS_TALL) {
      s.lower = all_added(s.lower, rows_at(d, lane_y + 32u), by_element);
    }
  }
  return s;
}

// Whether all rows of a tile see all of these keys.
fn sees_all(first_row: u32, first_key: u32) -> bool {
  return first_key + KEYS <= end_of(first_row) && first_key + params.window >= end_of(first_row + ROWS - 1u);
}

// The four scores of a row, HIDDEN where it does not see the key.
fn masked(s: vec4f, row: u32, first: u32) -> vec4f {
  let key = first + vec4u(0u, 1u, 2u, 3u);
  let end = vec4u(end_of(row));
  return select(vec4f(HIDDEN), s, (key < end) & (key + params.window >= end));
}

fn four_masked(s: mat4x4f, row: u32, first: u32) -> mat4x4f {
  return mat4x4f(
    masked(s[0], row, first), masked(s[1], row + 8u, first), masked(s[2], row + 16u, first), masked(s[3], row + 24u, first),
  );
}

// Of a lane: what a row does not see is HIDDEN.
fn all_masked(s: Scores, row: u32, first: u32) -> Scores {
  var left = Scores(four_masked(s.upper, row, first), mat4x4f());
  if (IS_TALL) {
    left.lower = four_masked(s.lower, row + 32u, first);
  }
  return left;
}

// 2 to the power of what the scores are above one number a row.
fn powers(s: mat4x4f, than: vec4f) -> mat4x4f {
  return mat4x4f(exp2(s[0] - than.x), exp2(s[1] - than.y), exp2(s[2] - than.z), exp2(s[3] - than.w));
}
