// rope/token: projected heads of one token to where its attention reads them: biased, normalised and rotated, queries into q, keys and
// values into the packed cache (RoFormer, arXiv 2104.09864)
// override  BIAS 1, NORMED 1: as bias and rms-norm/heads do before | WORKGROUP_SIZE: lanes per head; one subgroup is best
// dispatch  one workgroup per head of q, k or v
// needs     rotation.wgsl, ../lib/packed-rows.wgsl

// A head of keys or values, rotated.
var<workgroup> row: array<vec4f, MAX_VECTORS>;
// Of each lane: its sum of squares; behind these its largest element.
var<workgroup> of_lanes: array<f32, 2u * WORKGROUP_SIZE>;

fn projected(at: u32) -> vec4f {
  if (BIAS == 1u) {
    return qkv[at] + b[at];
  }
  return qkv[at];
}

fn largest(v: vec4f) -> f32 {
  let a = abs(v);
  return max(max(a.x, a.y), max(a.z, a.w));
}

// What all elements of a head are multiplied by; all lanes call this.
fn factor_of(source: u32, lane: u32) -> f32 {
  var sum = 0.0;
  for (var i = lane; i < params.head_dim / 4u; i += WORKGROUP_SIZE) {
    let v = projected(source + i);
    sum += dot(v, v);
  }
  of_lanes[lane] = sum;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    total += of_lanes[i];
  }
  return inverseSqrt(total / f32(params.head_dim) + params.eps);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = group.x;
  let size = params.head_dim / 4u;
  let source = head * size;
  let is_query = head < params.num_heads;
  let is_value = head >= params.num_heads + params.num_kv_heads;
  let weights = select(size, 0u, is_query);
  var factor = 1.0;
  if (NORMED == 1u && !is_value) {
    factor = factor_of(source, lane);
  }
  var most = 0.0;
  for (var four = lane; four < params.head_dim / 8u; four += WORKGROUP_SIZE) {
    let at = fours_of(four, params.slot);
    var pair = Vectors(projected(source + at.first), projected(source + at.second));
    if (!is_value) {
      if (NORMED == 1u) {
        pair.first = pair.first * w[weights + at.first] * factor;
        pair.second = pair.second * w[weights + at.second] * factor;
      }
      pair = rotated(pair.first, pair.second, at);
    }
    if (is_query) {
      q[source + at.first] = pair.first;
      q[source + at.second] = pair.second;
    } else {
      row[at.first] = pair.first;
      row[at.second] = pair.second;
      most = max(most, max(largest(pair.first), largest(pair.second)));
    }
  }
  if (is_query) {
    return;
  }
  of_lanes[WORKGROUP_SIZE + lane] = most;
  workgroupBarrier();
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    most = max(most, of_lanes[WORKGROUP_SIZE + i]);
  }
  let scale = scale_of(most);
  let to = ((head - params.num_heads) * params.capacity + params.slot) * row_vectors(params.head_dim);
  let units = params.head_dim / 8u;
  for (var unit = lane; unit < units; unit += WORKGROUP_SIZE) {
    packed[to + unit] = packed_elements(row[2u * unit], row[2u * unit + 1u], scale);
  }
  if (lane == 0u) {
    packed[to + units] = packed_scale(scale);
  }
}
