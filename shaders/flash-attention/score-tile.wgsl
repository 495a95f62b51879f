// flash-attention/score-tile: q . k of ROWS rows and 32 keys by 64 lanes, a lane every eighth row of every eighth key, from workgroup memory
// needs     ROWS 32 or 64; Q_VECTORS, K_VECTORS: of a row of queries or keys, those that workgroup memory has at a time; HOLDS_Q, HOLDS_K:
//           whether that is all of a head, brought once; `Stored`, `stored` (stored-f32.wgsl or stored-f16.wgsl); rows.wgsl
//
// Lane (y, x) of 8 x 8 has rows y + 8i and keys x + 8j: lanes that read at once read neighbours. Tiles are stored by element, an odd
// stride apart, for the same reason as they are written.

const TILE = 32u;
// Four rows of a lane each.
const FOURS = ROWS / 32u;
const STEP = min(Q_VECTORS, K_VECTORS);
const Q_STRIDE = ROWS + 1u;
const K_STRIDE = TILE + 1u;
// Vectors of four rows' probabilities, for a key.
const P_STRIDE = ROWS / 4u + 1u;

// Column i of matrix f: row y + 8 (4 f + i) with keys x, x + 8, x + 16 and x + 24.
alias Scores = array<mat4x4f, FOURS>;

var<workgroup> q_tile: array<Stored, Q_VECTORS * Q_STRIDE>;
// Once the scores are known, probabilities may take its place.
var<workgroup> k_tile: array<Stored, max(K_VECTORS * K_STRIDE, TILE * P_STRIDE)>;

// Of vectors behind the head's last nothing is read.
fn bring_queries(lane: u32, first_row: u32, kv_head: u32, first: u32) {
  let size = params.head_dim / 4u;
  for (var i = lane; i < ROWS * Q_VECTORS; i += WORKGROUP_SIZE) {
    let at = first + i % Q_VECTORS;
    let row = first_row + i / Q_VECTORS;
    if (at < size) {
      let query = token_of(row) * params.num_heads + head_of(row, kv_head);
      q_tile[i % Q_VECTORS * Q_STRIDE + i / Q_VECTORS] = stored(q[query * size + at]);
    }
  }
}

// Keys behind the last one are read as that.
fn bring_keys(lane: u32, first_key: u32, kv_head: u32, first: u32) {
  let size = params.head_dim / 4u;
  let last_key = params.num_slots + params.first_token + params.num_tokens - 1u;
  for (var i = lane; i < TILE * K_VECTORS; i += WORKGROUP_SIZE) {
    let at = first + i % K_VECTORS;
    let key = min(first_key + i / K_VECTORS, last_key);
    if (at < size) {
      k_tile[i % K_VECTORS * K_STRIDE + i / K_VECTORS] = stored(keys[(kv_head * params.capacity + key) * size + at]);
    }
  }
}

// To be called by all lanes alike, what is held having been brought.
fn score_tile(lane: u32, first_row: u32, first_key: u32, kv_head: u32) -> Scores {
  let y = lane / 8u;
  let x = lane % 8u;
  let size = params.head_dim / 4u;
  var s: Scores;
  for (var first = 0u; first < size; first += STEP) {
    workgroupBarrier();
    if (!HOLDS_Q) {
      bring_queries(lane, first_row, kv_head, first);
    }
    if (!HOLDS_K) {
      bring_keys(lane, first_key, kv_head, first);
    }
    workgroupBarrier();
    let q_first = select(0u, first, HOLDS_Q) * Q_STRIDE + y;
    let k_first = select(0u, first, HOLDS_K) * K_STRIDE + x;
    let count = min(STEP, size - first);
    for (var d = 0u; d < count; d++) {
      let at = k_first + d * K_STRIDE;
      let k = mat4x4f(
        vec4f(k_tile[at]),
        vec4f(k_tile[at + 8u]),
        vec4f(k_tile[at + 16u]),
        vec4f(k_tile[at + 24u]),
      );
      for (var f = 0u; f < FOURS; f++) {
        let row = q_first + d * Q_STRIDE + 32u * f;
        s[f][0] += vec4f(q_tile[row]) * k;
        s[f][1] += vec4f(q_tile[row + 8u]) * k;
        s[f][2] += vec4f(q_tile[row + 16u]) * k;
        s[f][3] += vec4f(q_tile[row + 24u]) * k;
      }
    }
  }
  for (var f = 0u; f < FOURS; f++) {
    s[f] = params.scale * s[f];
  }
  return s;
}
