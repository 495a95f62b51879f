// decode-attention-quad: decode-attention in splits of 128 keys, a row of keys or values split between the four lanes of a quad
// bindings  0 params, 1 q, 2 packed, 3 partial: lib/decode-attention.wgsl
// override  WORKGROUP_SIZE: a multiple of 4 | HEADS: min(4, group_size), the query heads that are worked on; partial's others are unspecified
// dispatch  one quad of lanes per split: grid = [ceil(num_splits / (WORKGROUP_SIZE / 4)), num_kv_heads, ceil(group_size / 4)]
// needs     subgroups; head_dim a multiple of 8, at most 64; twin: decode-attention-quad.ref.ts; tolerance class: reduction-f32
//
// The queries and the outputs of four heads stay in registers, sixteen dimensions a lane, and scores go from lane to lane with
// them (online softmax, arXiv 1805.02867): no workgroup memory, no barrier, keys and values loaded once. Measured on a software
// adapter (2,048 keys, nine heads on three): this 1.18 ms, ../decode-attention 1.60; sixteen keys at a time no faster and three times
// as long to compile; splits of 64 keys 1.50, of 256 1.09 but too few workgroups for short caches.

// Component h: head h's score of key first + part, out of the four that the quad takes together.
fn own_scores(base: u32, first: u32, in: Heads, lane: Lane) -> vec4f {
  let rows = (base + min(first + four, vec4u(lane.last))) * lane.stride + lane.column;
  let k0 = elements(rows.x);
  let k1 = elements(rows.y);
  let k2 = elements(rows.z);
  let k3 = elements(rows.w);
  var s = vec4f();
  s.x = own_sum(vec4f(product(in.a, k0), product(in.a, k1), product(in.a, k2), product(in.a, k3)), lane);
  if (HEADS > 1u) {
    s.y = own_sum(vec4f(product(in.b, k0), product(in.b, k1), product(in.b, k2), product(in.b, k3)), lane);
  }
  if (HEADS > 2u) {
    s.z = own_sum(vec4f(product(in.c, k0), product(in.c, k1), product(in.c, k2), product(in.c, k3)), lane);
  }
  if (HEADS > 3u) {
    s.w = own_sum(vec4f(product(in.d, k0), product(in.d, k1), product(in.d, k2), product(in.d, k3)), lane);
  }
  // Keys past the end are read as the last one and count nothing.
  let key = first + lane.part;
  return select(vec4f(lowest), params.scale * row_scale(base + min(key, lane.last), lane) * s, key <= lane.last);
}

// Of each head: the sum of p * value over four keys, whose own one's p the lane has.
fn weighted(base: u32, first: u32, p: vec4f, lane: Lane) -> Heads {
  let w = of_quad(p * row_scale(base + min(first + lane.part, lane.last), lane), lane.index);
  let rows = (base + min(first + four, vec4u(lane.last))) * lane.stride + lane.column;
  let v0 = elements(rows.x);
  let v1 = elements(rows.y);
  let v2 = elements(rows.z);
  let v3 = elements(rows.w);
  var y: Heads;
  y.a = w[0].x * v0 + w[1].x * v1 + w[2].x * v2 + w[3].x * v3;
  if (HEADS > 1u) {
    y.b = w[0].y * v0 + w[1].y * v1 + w[2].y * v2 + w[3].y * v3;
  }
  if (HEADS > 2u) {
    y.c = w[0].z * v0 + w[1].z * v1 + w[2].z * v2 + w[3].z * v3;
  }
  if (HEADS > 3u) {
    y.d = w[0].w * v0 + w[1].w * v1 + w[2].w * v2 + w[3].w * v3;
  }
  return y;
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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let part = index & 3u;
  let lane = Lane(index, part, 2u * part, row_vectors(params.head_dim), params.num_keys - 1u);
  let split = group.x * (WORKGROUP_SIZE / 4u) + index / 4u;
  let keys = group.y * params.capacity;
  let values = (params.num_kv_heads + group.y) * params.capacity;
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
  let first = split * split_keys;
  for (var past = 0u; past < split_keys; past += 8u) {
    let k = first + past;
    let s0 = own_scores(keys, k, in, lane);
    let s1 = own_scores(keys, k + 4u, in, lane);
    let higher = max(top, quad_max(max(s0, s1)));
    let less = exp(top - higher);
    let p0 = exp(s0 - higher);
    let p1 = exp(s1 - higher);
    top = higher;
    sum = less * sum + p0 + p1;
    let y0 = weighted(values, k, p0, lane);
    let y1 = weighted(values, k + 4u, p1, lane);
    y.a = less.x * y.a + y0.a + y1.a;
    if (HEADS > 1u) {
      y.b = less.y * y.b + y0.b + y1.b;
    }
    if (HEADS > 2u) {
      y.c = less.z * y.c + y0.c + y1.c;
    }
    if (HEADS > 3u) {
      y.d = less.w * y.d + y0.d + y1.d;
    }
  }

  let sums = of_quad(sum, index);
  let size = params.head_dim / 4u;
  let to = ((group.y * ((params.group_size + 3u) / 4u) + group.z) * params.num_splits + split) * (4u * size + 2u);
  if (split < params.num_splits) {
    store(to, y.a, lane);
    store(to + size, y.b, lane);
    store(to + 2u * size, y.c, lane);
    store(to + 3u * size, y.d, lane);
    if (part == 0u) {
      partial[to + 4u * size] = top;
      partial[to + 4u * size + 1u] = sums[0] + sums[1] + sums[2] + sums[3];
    }
  }
}
