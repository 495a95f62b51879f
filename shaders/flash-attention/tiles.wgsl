// flash-attention/tiles: queries and keys of blocks.wgsl in workgroup memory, and how 64 lanes bring them there
// needs     ROWS 32 or 64; VECTORS: of a head, 16 or 32; P_UNITS: 8 where probabilities lie behind the queries, else 0; V_FIRST: 0 where
//           values take the place of keys, VECTORS where they lie behind them; `Stored`, `stored` (stored-f32.wgsl or stored-f16.wgsl);
//           rows.wgsl
//
// Each is read from the device's memory once a workgroup and tile, in runs of 64 bytes and more. Lanes that write at once write neighbours,
// which is why every fourth key lies beside the one before, and rows of the tile are two vectors longer than they need to be.

const KEYS = 32u;
// Whether a lane has eight rows or four.
const IS_TALL = ROWS > 32u;
// Whether a head has 32 vectors or 16.
const IS_WIDE = VECTORS > 16u;
// The queries are scaled as they are brought, so that 2 to the power of a score is what softmax adds up.
const LOG2E = 1.4426950408889634;

// [vector of a head, row], and behind them [four keys, row].
var<workgroup> row_tile: array<array<Stored, ROWS + 2u>, VECTORS + P_UNITS>;
// [vector of a head, place of a key], and, of values, [key, vector of a head] as it lies in 32 columns.
var<workgroup> key_tile: array<array<Stored, KEYS>, V_FIRST + VECTORS>;

// What a lane brings of 32 rows, keys or values, of 16 vectors of a head: of eight neighbours or so four vectors each, 32 lanes runs of 64
// bytes. Of heads shorter than their tile the last vector stands for those behind it; the queries' are 0, so that they count nothing.
struct Loaded {
  a: vec4f, b: vec4f, c: vec4f, d: vec4f,
  e: vec4f, f: vec4f, g: vec4f, h: vec4f,
}

fn query_vector(first: u32, vector: u32) -> vec4f {
  return q[first + min(vector, params.head_dim / 4u - 1u)];
}

fn query_at(row: u32, kv_head: u32) -> u32 {
  return (token_of(row) * params.num_heads + head_of(row, kv_head)) * (params.head_dim / 4u);
}

// Of heads of up to 16 vectors.
fn load_queries(lane: u32, first_row: u32, kv_head: u32) -> Loaded {
  let at = lane / 8u % 4u;
  let row = first_row + lane % 8u + lane / 32u * 8u;
  let one = query_at(row, kv_head);
  let other = query_at(row + 16u, kv_head);
  return Loaded(
    query_vector(one, at), query_vector(one, at + 4u), query_vector(one, at + 8u), query_vector(one, at + 12u),
    query_vector(other, at), query_vector(other, at + 4u), query_vector(other, at + 8u), query_vector(other, at + 12u),
  );
}

fn keep_query(value: vec4f, vector: u32, row: u32) {
  let factor = select(0.0, params.scale * LOG2E, vector < params.head_dim / 4u);
  row_tile[vector][row] = stored(factor * value);
}

// Into rows `first` on.
fn keep_queries(it: Loaded, lane: u32, first: u32) {
  let at = lane / 8u % 4u;
  let row = first + lane % 8u + lane / 32u * 8u;
  keep_query(it.a, at, row);
  keep_query(it.b, at + 4u, row);
  keep_query(it.c, at + 8u, row);
  keep_query(it.d, at + 12u, row);
  keep_query(it.e, at, row + 16u);
  keep_query(it.f, at + 4u, row + 16u);
  keep_query(it.g, at + 8u, row + 16u);
  keep_query(it.h, at + 12u, row + 16u);
}

// In a loop: where it is done once it need not be fast, and each load in a text costs a software adapter's compiler a second.
fn bring_queries(lane: u32, first_row: u32, kv_head: u32) {
  for (var i = lane; i < ROWS * VECTORS; i += WORKGROUP_SIZE) {
    let row = i / 32u % (ROWS / 8u) * 8u + i % 8u;
    let vector = i / (4u * ROWS) * 4u + i / 8u % 4u;
    keep_query(query_vector(query_at(first_row + row, kv_head), vector), vector, row);
  }
}

// Keys behind the last one are read as that.
fn vector_at(key: u32, kv_head: u32) -> u32 {
  let last_key = params.num_slots + params.first_token + params.num_tokens - 1u;
  return (kv_head * params.capacity + min(key, last_key)) * (params.head_dim / 4u);
}

fn key_vector(first: u32, vector: u32) -> vec4f {
  return keys[first + min(vector, params.head_dim / 4u - 1u)];
}

fn load_keys(lane: u32, first_key: u32, kv_head: u32, vector: u32) -> Loaded {
  let at = vector + lane / 8u % 4u;
  let key = first_key + lane % 8u * 4u + lane / 32u;
  let one = vector_at(key, kv_head);
  let other = vector_at(key + 2u, kv_head);
  return Loaded(
    key_vector(one, at), key_vector(one, at + 4u), key_vector(one, at + 8u), key_vector(one, at + 12u),
    key_vector(other, at), key_vector(other, at + 4u), key_vector(other, at + 8u), key_vector(other, at + 12u),
  );
}

fn keep_keys(it: Loaded, lane: u32, vector: u32) {
  let at = vector + lane / 8u % 4u;
  let place = lane % 8u + lane / 32u * 8u;
  key_tile[at][place] = stored(it.a);
  key_tile[at + 4u][place] = stored(it.b);
  key_tile[at + 8u][place] = stored(it.c);
  key_tile[at + 12u][place] = stored(it.d);
  key_tile[at][place + 16u] = stored(it.e);
  key_tile[at + 4u][place + 16u] = stored(it.f);
  key_tile[at + 8u][place + 16u] = stored(it.g);
  key_tile[at + 12u][place + 16u] = stored(it.h);
}

fn bring_keys(lane: u32, first_key: u32, kv_head: u32) {
  for (var vector = 0u; vector < params.head_dim / 4u; vector += 16u) {
    keep_keys(load_keys(lane, first_key, kv_head, vector), lane, vector);
  }
}
