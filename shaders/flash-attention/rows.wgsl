// flash-attention/rows: what a row of a tile of queries is
//
// A query head of a token, the heads of a group side by side, so that a tile of keys serves the group.

// What is not visible: far below every score, and finite, since the difference of two infinities is no number.
const HIDDEN = -1e30;

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
