// flash-attention/score-tile: q . k of 32 rows and 32 keys by 64 lanes, a lane four rows of four keys; slices of 32 elements in workgroup memory.
//
// A row is a query head of a token, the heads of a group side by side, so that a tile of keys serves the group. Lane (y, x) of 8 x 8 has
// rows y + 8i and keys x + 8j: lanes that read at once read neighbours. Slices are stored by element, a stride of 33 apart, for the
// same reason as they are written.

const TILE = 32u;
const STRIDE = 33u;
const SLICE = 8u;
// What is not visible: far below every score, and finite, since the difference of two infinities is no number.
const HIDDEN = -1e30;

var<workgroup> q_slice: array<vec4f, 264>;
var<workgroup> k_slice: array<vec4f, 264>;

fn num_rows() -> u32 {
  return params.num_tokens * params.group_size;
}

// Rows behind the last repeat it.
fn token_of(row: u32) -> u32 {
  return params.first_token + min(row, num_rows() - 1u) / params.group_size;
}

fn head_of(row: u32, kv_head: u32) -> u32 {
  return kv_head * params.group_size + min(row, num_rows() - 1u) % params.group_size;
}

// Keys that a row may see: those before this one.
fn end_of(row: u32) -> u32 {
  return params.num_slots + token_of(row) + 1u;
}

// Column i: row y + 8i with keys x, x + 8, x + 16 and x + 24. To be called by all lanes alike.
fn score_tile(lane: u32, first_row: u32, first_key: u32, kv_head: u32) -> mat4x4f {
  let y = lane / 8u;
  let x = lane % 8u;
  let size = params.head_dim / 4u;
  let last_key = params.num_slots + params.first_token + params.num_tokens - 1u;
  var s = mat4x4f();
  for (var first = 0u; first < size; first += SLICE) {
    workgroupBarrier();
    for (var i = lane; i < TILE * SLICE; i += WORKGROUP_SIZE) {
      let at = first + i % SLICE;
      let place = (i % SLICE) * STRIDE + i / SLICE;
      let row = first_row + i / SLICE;
      let key = min(first_key + i / SLICE, last_key);
      let query = token_of(row) * params.num_heads + head_of(row, kv_head);
      var q_part = vec4f();
      var k_part = vec4f();
      if (at < size) {
        q_part = q[query * size + at];
        k_part = keys[(kv_head * params.capacity + key) * size + at];
      }
      q_slice[place] = q_part;
      k_slice[place] = k_part;
    }
    workgroupBarrier();
    for (var d = 0u; d < SLICE; d++) {
      let at = d * STRIDE;
      let k = mat4x4f(k_slice[at + x], k_slice[at + x + 8u], k_slice[at + x + 16u], k_slice[at + x + 24u]);
      s[0] += q_slice[at + y] * k;
      s[1] += q_slice[at + y + 8u] * k;
      s[2] += q_slice[at + y + 16u] * k;
      s[3] += q_slice[at + y + 24u] * k;
    }
  }
  return params.scale * s;
}
