// flash-attention/output-parts: values, softmax and results of output-blocked.wgsl, four rows of a lane at a time, in powers of 2
// needs     blocks.wgsl

// Below every score of what is visible and far above HIDDEN: what a row that has seen nothing yet compares with.
const LEAST = -1e20;

// [y, x]: what the lanes of a row bring together. Four vectors longer than it need be: the next y lies in other banks.
var<workgroup> parts: array<array<vec4f, 12>, ROWS / 4u>;

// Of four rows.
struct Softmax {
  best: vec4f,
  total: vec4f,
}

fn load_values(lane: u32, first_key: u32, kv_head: u32, vector: u32) -> Loaded {
  let at = min(vector + lane % 16u, params.head_dim / 4u - 1u);
  let key = first_key + lane / 16u;
  return Loaded(
    values[vector_at(key, kv_head) + at],
    values[vector_at(key + 4u, kv_head) + at],
    values[vector_at(key + 8u, kv_head) + at],
    values[vector_at(key + 12u, kv_head) + at],
    values[vector_at(key + 16u, kv_head) + at],
    values[vector_at(key + 20u, kv_head) + at],
    values[vector_at(key + 24u, kv_head) + at],
    values[vector_at(key + 28u, kv_head) + at],
  );
}

fn keep_value(value: vec4f, key: u32, vector: u32) {
  let i = key * VECTORS + vector;
  key_tile[V_FIRST + i / KEYS][i % KEYS] = stored(value);
}

fn keep_values(it: Loaded, lane: u32, vector: u32) {
  let at = vector + lane % 16u;
  let key = lane / 16u;
  keep_value(it.a, key, at);
  keep_value(it.b, key + 4u, at);
  keep_value(it.c, key + 8u, at);
  keep_value(it.d, key + 12u, at);
  keep_value(it.e, key + 16u, at);
  keep_value(it.f, key + 20u, at);
  keep_value(it.g, key + 24u, at);
  keep_value(it.h, key + 28u, at);
}

// Vector x of those from `i` on, which no row of 32 parts.
fn value_at(i: u32, x: u32) -> vec4f {
  return vec4f(key_tile[V_FIRST + i / KEYS][i % KEYS + x]);
}

// A vec4 column of four keys.
fn values_at(quad: u32, column: u32, x: u32) -> mat4x4f {
  let i = 4u * quad * VECTORS + column;
  return mat4x4f(value_at(i, x), value_at(i + VECTORS, x), value_at(i + 2u * VECTORS, x), value_at(i + 3u * VECTORS, x));
}

fn largest(v: vec4f) -> f32 {
  return max(max(v.x, v.y), max(v.z, v.w));
}

fn summed(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

fn by_row(columns: mat4x4f, factors: vec4f) -> mat4x4f {
  return mat4x4f(columns[0] * factors.x, columns[1] * factors.y, columns[2] * factors.z, columns[3] * factors.w);
}

fn tell_largest(s: mat4x4f, x: u32, fourth: u32) {
  parts[fourth][x] = vec4f(largest(s[0]), largest(s[1]), largest(s[2]), largest(s[3]));
}

fn largest_told(fourth: u32, least: vec4f) -> vec4f {
  var most = least;
  for (var i = 0u; i < 8u; i++) {
    most = max(most, parts[fourth][i]);
  }
  return most;
}

// The softmax with four more scores a row, whose probabilities, as against `best`, go to workgroup memory.
fn continued(last: Softmax, best: vec4f, shrink: vec4f, s: mat4x4f, x: u32, row: u32) -> Softmax {
  let p = powers(s, best);
  row_tile[VECTORS + x][row] = stored(p[0]);
  row_tile[VECTORS + x][row + 8u] = stored(p[1]);
  row_tile[VECTORS + x][row + 16u] = stored(p[2]);
  row_tile[VECTORS + x][row + 24u] = stored(p[3]);
  return Softmax(best, fma(last.total, shrink, vec4f(summed(p[0]), summed(p[1]), summed(p[2]), summed(p[3]))));
}

fn sum_told(fourth: u32) -> vec4f {
  var sum = vec4f();
  for (var i = 0u; i < 8u; i++) {
    sum += parts[fourth][i];
  }
  return sum;
}

fn store_one(row: u32, kv_head: u32, column: u32, value: vec4f) {
  let size = params.head_dim / 4u;
  if (row < num_rows() && column < size) {
    y[(token_of(row) * params.num_heads + head_of(row, kv_head)) * size + column] = value;
  }
}

fn store(row: u32, kv_head: u32, column: u32, columns: mat4x4f, sum: vec4f) {
  store_one(row, kv_head, column, columns[0] / sum.x);
  store_one(row + 8u, kv_head, column, columns[1] / sum.y);
  store_one(row + 16u, kv_head, column, columns[2] / sum.z);
  store_one(row + 24u, kv_head, column, columns[3] / sum.w);
}

fn store_norm(row: u32, kv_head: u32, norm: f32) {
  if (row < num_rows()) {
    norms[head_of(row, kv_head) * params.tile_rows + token_of(row) - params.first_token] = norm;
  }
}

fn store_norms(row: u32, kv_head: u32, best: vec4f, sum: vec4f) {
  let norm = (best + log2(sum)) / LOG2E;
  store_norm(row, kv_head, norm.x);
  store_norm(row + 8u, kv_head, norm.y);
  store_norm(row + 16u, kv_head, norm.z);
  store_norm(row + 24u, kv_head, norm.w);
}
