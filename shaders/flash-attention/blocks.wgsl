// flash-attention/blocks: q . k of ROWS rows and 32 keys by 64 lanes, a lane four neighbouring keys of every eighth row, by fused multiply-adds
// needs     tiles.wgsl
//
// A tile's inner index holds all loop long, and the outer one is the loop's own, so that a load takes no arithmetic. Lanes that read at
// once read neighbours, two of them the same vector.

// Column i: row y + 8 i, and of `lower` y + 8 (4 + i), with keys 4 x to 4 x + 3. No array, which a driver might keep out of registers.
struct Scores {
  upper: mat4x4f,
  lower: mat4x4f,
}

// A lane's place among the 8 x 8.
fn x_of(lane: u32) -> u32 {
  return lane / 2u % 8u;
}

fn y_of(lane: u32) -> u32 {
  return lane / 16u % 4u * 2u + lane % 2u;
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

// s + the products of a vector of a head.
fn with_vector(s: Scores, d: u32, x: u32, lane_y: u32) -> Scores {
  let by_element = transpose(mat4x4f(
    vec4f(key_tile[d][x]),
    vec4f(key_tile[d][x + 8u]),
    vec4f(key_tile[d][x + 16u]),
    vec4f(key_tile[d][x + 24u]),
  ));
  var sum = Scores(all_added(s.upper, rows_at(d, lane_y), by_element), s.lower);
  if (IS_TALL) {
    sum.lower = all_added(s.lower, rows_at(d, lane_y + 32u), by_element);
  }
  return sum;
}

// Of what was brought, by base 2. Where a lane has few rows two vectors a turn, so that one may be loaded while the other is multiplied; a
// loop of a constant number of turns is unrolled by a software adapter's compiler, for the better part of a minute.
fn scores(x: u32, lane_y: u32) -> Scores {
  var s: Scores;
  for (var d = 0u; d < params.head_dim / 4u; d += 64u / ROWS) {
    s = with_vector(s, d, x, lane_y);
    if (!IS_TALL) {
      s = with_vector(s, d + 1u, x, lane_y);
    }
  }
  return s;
}

// Whether all of these keys are seen by all rows of a tile, of which the first may see those before `first_end`, the last those before `end`.
fn is_seen(first_key: u32, first_end: u32, end: u32) -> bool {
  return first_key + KEYS <= first_end && first_key + params.window >= end;
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
