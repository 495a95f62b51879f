// decode-attention/split-workgroup: a workgroup a split, whose lanes read rows of keys and values side by side
// override  WORKGROUP_SIZE: a multiple of 8 | HEADS: min(4, group_size), the query heads that are worked on; partial's others are
//           unspecified
// dispatch  one workgroup per split: grid = [num_splits, num_kv_heads, ceil(group_size / 4)]
// needs     row-parts.wgsl, ../lib/packed-rows.wgsl; at most MOST_KEYS keys a split; head_dim at most 4 MAX_VECTORS
//
// For GPUs: how many splits there are is the caller's choice, so that short caches occupy many cores too. Eight lanes share a row and read
// 128 neighbouring bytes of it; each has four rows under way, and what a query's elements cost in loads is spread over these.

// A score below all others.
const lowest = -3.0e38;
// Of keys: each part's products; then of elements of the output: each eight lanes' sums.
var<workgroup> exchange: array<vec4f, parts * WORKGROUP_SIZE>;
// Of each key four heads' scores, then what its values are multiplied by.
var<workgroup> scores: array<vec4f, MOST_KEYS>;
var<workgroup> sums: array<vec4f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = params.head_dim / 4u;
  let units = params.head_dim / 8u;
  let stride = row_vectors(params.head_dim);
  let step = WORKGROUP_SIZE / parts;
  let part = lane % parts;
  let row = lane / parts;
  // Splits differ by a key at most.
  let each = params.num_keys / params.num_splits;
  let longer = params.num_keys % params.num_splits;
  let first = group.x * each + min(group.x, longer);
  let count = each + select(0u, 1u, group.x < longer);
  let keys = group.y * params.capacity + params.first_key + first;
  let values = keys + params.num_kv_heads * params.capacity;

  // Heads past the group's are read as its last one.
  let last_head = (group.y + 1u) * params.group_size - 1u;
  for (var i = lane; i < HEADS * size; i += WORKGROUP_SIZE) {
    let head = min(group.y * params.group_size + 4u * group.z + i / size, last_head);
    queries[i] = q[head * size + i % size];
  }
  workgroupBarrier();

  for (var tile = 0u; tile < count; tile += WORKGROUP_SIZE) {
    // Rows past the end are read as the last one.
    for (var k = row; k < min(WORKGROUP_SIZE, count - tile); k += 4u * step) {
      let own = min(tile + k + step * four, vec4u(count - 1u));
      let s = part_products((keys + own) * stride, part, units);
      for (var i = 0u; i < 4u; i++) {
        exchange[(k + i * step) * parts + part] = s[i];
      }
    }
    workgroupBarrier();
    let key = tile + lane;
    if (key < count) {
      var s = vec4f();
      // In an order of each lane's own, so that neighbours meet in no bank of the memory.
      for (var i = 0u; i < parts; i++) {
        s += exchange[lane * parts + (i ^ (lane % parts))];
      }
      scores[key] = params.scale * scale_at((keys + key) * stride + units) * s;
    }
    workgroupBarrier();
  }

  var top = vec4f(lowest);
  for (var k = 0u; k < count; k++) {
    top = max(top, scores[k]);
  }
  workgroupBarrier();
  var sum = vec4f();
  for (var k = lane; k < MOST_KEYS; k += WORKGROUP_SIZE) {
    let p = select(vec4f(), exp(scores[k] - top), k < count);
    scores[k] = scale_at((values + min(k, count - 1u)) * stride + units) * p;
    sum += p;
  }
  sums[lane] = sum;
  workgroupBarrier();

  let to = ((group.y * ((params.group_size + 3u) / 4u) + group.z) * params.num_splits + group.x) * (4u * size + 2u);
  for (var eight = 0u; eight < units; eight += parts) {
    let unit = min(eight + part, units - 1u);
    var low_y = mat4x4f();
    var high_y = mat4x4f();
    for (var k = row; k < count; k += 4u * step) {
      let own = k + step * four;
      let rows = (values + min(own, vec4u(count - 1u))) * stride + unit;
      let v = rows_at(rows);
      // Past the end weights are zero.
      let w = transpose(mat4x4f(scores[own.x], scores[own.y], scores[own.z], scores[own.w]));
      low_y[0] += v.low * w[0];
      high_y[0] += v.high * w[0];
      if (HEADS > 1u) {
        low_y[1] += v.low * w[1];
        high_y[1] += v.high * w[1];
      }
      if (HEADS > 2u) {
        low_y[2] += v.low * w[2];
        high_y[2] += v.high * w[2];
      }
      if (HEADS > 3u) {
        low_y[3] += v.low * w[3];
        high_y[3] += v.high * w[3];
      }
    }
    for (var head = 0u; head < HEADS; head++) {
      exchange[2u * head * WORKGROUP_SIZE + lane] = low_y[head];
      exchange[(2u * head + 1u) * WORKGROUP_SIZE + lane] = high_y[head];
    }
    workgroupBarrier();
    for (var i = lane; i < 2u * parts * HEADS; i += WORKGROUP_SIZE) {
      let half = i / parts;
      let column = 2u * (eight + i % parts) + half % 2u;
      var y = vec4f();
      for (var k = i % parts; k < WORKGROUP_SIZE; k += parts) {
        y += exchange[half * WORKGROUP_SIZE + k];
      }
      if (column < size) {
        partial[to + half / 2u * size + column] = y;
      }
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    for (var i = 1u; i < WORKGROUP_SIZE; i++) {
      sum += sums[i];
    }
    partial[to + 4u * size] = top;
    partial[to + 4u * size + 1u] = sum;
  }
}
