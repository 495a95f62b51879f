// decode-attention/split-quad: splits of 128 keys, a row of keys or values split between the four lanes of a quad
// override  HEADS: min(4, group_size), the query heads that are worked on; partial's others are unspecified
// dispatch  one workgroup, a quad of lanes, per split: grid = [num_splits, num_kv_heads, ceil(group_size / 4)]
//
// The queries and the outputs of four heads stay in registers, sixteen dimensions a lane, and scores go from lane to lane with
// them (online softmax, arXiv 1805.02867): no workgroup memory, no barrier, keys and values loaded once. A lane meets the quad's keys
// in an order of its own, key lane ^ i at step i, so that swaps bring what others have of its key. Sums go one element behind the other
// (docs/decisions, 2026-11-26). Measured on a software adapter (2,048 keys, nine heads on three): this 1.03 ms, with vectors and
// broadcasts 1.22, split.wgsl 1.60; eight keys at a time no faster and twice as long to compile; splits of 64 keys slower, of
// 256 faster but too few workgroups for short caches.

// A score below all others.
const lowest = -3.0e38;

// The rows of the quad's keys, in the lane's order; keys past the end are read as the last one.
fn rows_of(base: u32, first: u32, lane: Lane) -> vec4u {
  return (base + min(first + (vec4u(lane.part) ^ four), vec4u(lane.last))) * lane.stride + lane.column;
}

fn head_score(q: mat4x4f, k0: mat4x4f, k1: mat4x4f, k2: mat4x4f, k3: mat4x4f) -> f32 {
  return own_sum(vec4f(product(q, k0), product(q, k1), product(q, k2), product(q, k3)));
}

// Component h: head h's score of key first + part, out of the four that the quad takes together.
fn own_scores(base: u32, first: u32, in: Heads, lane: Lane) -> vec4f {
  let rows = rows_of(base, first, lane);
  let k0 = elements(rows.x);
  let k1 = elements(rows.y);
  let k2 = elements(rows.z);
  let k3 = elements(rows.w);
  var s = vec4f();
  s.x = head_score(in.a, k0, k1, k2, k3);
  if (HEADS > 1u) {
    s.y = head_score(in.b, k0, k1, k2, k3);
  }
  if (HEADS > 2u) {
    s.z = head_score(in.c, k0, k1, k2, k3);
  }
  if (HEADS > 3u) {
    s.w = head_score(in.d, k0, k1, k2, k3);
  }
  // Keys past the end count nothing.
  let key = first + lane.part;
  return select(vec4f(lowest), params.scale * row_scale(base + min(key, lane.last), lane) * s, key <= lane.last);
}

fn element(y: f32, less: f32, w: vec4f, v0: f32, v1: f32, v2: f32, v3: f32) -> f32 {
  return less * y + w.x * v0 + w.y * v1 + w.z * v2 + w.w * v3;
}

fn column(y: vec4f, less: f32, w: vec4f, v0: vec4f, v1: vec4f, v2: vec4f, v3: vec4f) -> vec4f {
  return vec4f(
    element(y.x, less, w, v0.x, v1.x, v2.x, v3.x),
    element(y.y, less, w, v0.y, v1.y, v2.y, v3.y),
    element(y.z, less, w, v0.z, v1.z, v2.z, v3.z),
    element(y.w, less, w, v0.w, v1.w, v2.w, v3.w),
  );
}

// less * y + the sum of p * value over the quad's four keys, `own` being p of the lane's key.
fn output(y: mat4x4f, less: f32, own: f32, v0: mat4x4f, v1: mat4x4f, v2: mat4x4f, v3: mat4x4f) -> mat4x4f {
  let w = swapped(own);
  return mat4x4f(
    column(y[0], less, w, v0[0], v1[0], v2[0], v3[0]),
    column(y[1], less, w, v0[1], v1[1], v2[1], v3[1]),
    column(y[2], less, w, v0[2], v1[2], v2[2], v3[2]),
    column(y[3], less, w, v0[3], v1[3], v2[3], v3[3]),
  );
}

fn store(to: u32, y: mat4x4f, lane: Lane) {
  let size = params.head_dim / 4u;
  for (var i = 0u; i < 4u; i++) {
    let at = 2u * lane.column + i;
    if (at < size) {
      partial[to + at] = y[i];
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) member: u32) {
  let part = member & 3u;
  let lane = Lane(part, 2u * part, row_vectors(params.head_dim), params.num_keys - 1u);
  let split = group.x;
  let keys = group.y * params.capacity + params.first_key;
  let values = (params.num_kv_heads + group.y) * params.capacity + params.first_key;
  let head = group.y * params.group_size + 4u * group.z;
  // Heads past the group's are read as its last one.
  let most = (group.y + 1u) * params.group_size - 1u;
  let in = Heads(
    query(head, lane),
    query(min(head + 1u, most), lane),
    query(min(head + 2u, most), lane),
    query(min(head + 3u, most), lane),
  );

  var top = vec4f(lowest);
  var sum = vec4f();
  var y: Heads;
  for (var past = 0u; past < split_keys; past += 4u) {
    let first = split * split_keys + past;
    let s = own_scores(keys, first, in, lane);
    let higher = max(top, quad_max(s));
    let less = exp(top - higher);
    let p = exp(s - higher);
    top = higher;
    sum = less * sum + p;
    let own = p * row_scale(values + min(first + part, lane.last), lane);
    let rows = rows_of(values, first, lane);
    let v0 = elements(rows.x);
    let v1 = elements(rows.y);
    let v2 = elements(rows.z);
    let v3 = elements(rows.w);
    y.a = output(y.a, less.x, own.x, v0, v1, v2, v3);
    if (HEADS > 1u) {
      y.b = output(y.b, less.y, own.y, v0, v1, v2, v3);
    }
    if (HEADS > 2u) {
      y.c = output(y.c, less.z, own.z, v0, v1, v2, v3);
    }
    if (HEADS > 3u) {
      y.d = output(y.d, less.w, own.w, v0, v1, v2, v3);
    }
  }

  let sums = of_quad(sum, part);
  let size = params.head_dim / 4u;
  let to = ((group.y * ((params.group_size + 3u) / 4u) + group.z) * params.num_splits + split) * (4u * size + 2u);
  store(to, y.a, lane);
  store(to + size, y.b, lane);
  store(to + 2u * size, y.c, lane);
  store(to + 3u * size, y.d, lane);
  if (part == 0u) {
    partial[to + 4u * size] = top;
    partial[to + 4u * size + 1u] = sums[0] + sums[1] + sums[2] + sums[3];
  }
}
