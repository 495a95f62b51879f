// decode-attention/split: softmax(scale q . k) v of one token over splits of 64 keys, each on its own; reduce puts them together
// override  WORKGROUP_SIZE: at most 32 (9 KiB of workgroup memory); one subgroup is best
// dispatch  one quad of lanes per split: grid = [ceil(num_splits / (WORKGROUP_SIZE / 4)), num_kv_heads, ceil(group_size / 4)]
// needs     ../lib/packed-rows.wgsl; ../lib/quad-subgroups.wgsl and ../lib/quad-places.wgsl, or quad-barriers.wgsl
//
// Split-KV as in Flash-Decoding (crfm.stanford.edu/2023/10/12/flashdecoding.html). A KV head's keys and values are read once for up
// to four query heads: as columns of a matrix times the heads' queries, a lane a key; then a lane eight dimensions of the output.

// A score below all others.
const lowest = -3.0e38;
const split_keys = 64u;

// Of each key of the quads' splits: four heads' scores, then exp(score - highest).
var<workgroup> scores: array<vec4f, 16u * WORKGROUP_SIZE>;

fn scale_at(at: u32) -> f32 {
  return bitcast<f32>(packed[at].x);
}

// Component h: head h's scale q . k, for the keys whose rows begin at vectors `rows`; column i is key i's.
fn score_keys(rows: vec4u, query: u32, units: u32, at: u32) -> mat4x4f {
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  for (var d = 0u; d < units; d++) {
    let low = transpose(of_quad(q[query + 2u * d], at));
    let high = transpose(of_quad(q[query + 2u * d + 1u], at));
    let k0 = packed[rows.x + d];
    let k1 = packed[rows.y + d];
    let k2 = packed[rows.z + d];
    let k3 = packed[rows.w + d];
    s0 += low * low_elements(k0) + high * high_elements(k0);
    s1 += low * low_elements(k1) + high * high_elements(k1);
    s2 += low * low_elements(k2) + high * high_elements(k2);
    s3 += low * low_elements(k3) + high * high_elements(k3);
  }
  let ends = rows + units;
  return mat4x4f(
    params.scale * scale_at(ends.x) * s0,
    params.scale * scale_at(ends.y) * s1,
    params.scale * scale_at(ends.z) * s2,
    params.scale * scale_at(ends.w) * s3,
  );
}

fn highest(a: mat4x4f) -> vec4f {
  return max(max(a[0], a[1]), max(a[2], a[3]));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, lanes: Lanes) {
  let size = params.head_dim / 4u;
  let units = params.head_dim / 8u;
  let stride = row_vectors(params.head_dim);
  let part = part_of(lanes);
  let quad = quad_of(lanes);
  let at = 4u * quad + part;
  let split = group.x * (WORKGROUP_SIZE / 4u) + quad;
  let first = split * split_keys;
  let own = quad * split_keys;
  let keys = group.y * params.capacity + params.first_key;
  let values = (params.num_kv_heads + group.y) * params.capacity + params.first_key;
  // Keys past the end are read as the last one and count nothing; heads past the group's as its last one, and are not read.
  let last = params.num_keys - 1u;
  let query = (group.y * params.group_size + min(4u * group.z + part, params.group_size - 1u)) * size;

  var top = vec4f(lowest);
  for (var k = 0u; k < split_keys; k += 16u) {
    let key = vec4u(first + k + part) + vec4u(0u, 4u, 8u, 12u);
    let s = score_keys((keys + min(key, vec4u(last))) * stride, query, units, at);
    let to = own + k + part;
    let masked = mat4x4f(
      select(vec4f(lowest), s[0], key.x <= last),
      select(vec4f(lowest), s[1], key.y <= last),
      select(vec4f(lowest), s[2], key.z <= last),
      select(vec4f(lowest), s[3], key.w <= last),
    );
    scores[to] = masked[0];
    scores[to + 4u] = masked[1];
    scores[to + 8u] = masked[2];
    scores[to + 12u] = masked[3];
    top = max(top, highest(masked));
  }
  top = highest(of_quad(top, at));
  var sum = vec4f();
  for (var k = part; k < split_keys; k += 4u) {
    let p = select(vec4f(), exp(scores[own + k] - top), first + k <= last);
    scores[own + k] = scale_at((values + min(first + k, last)) * stride + units) * p;
    sum += p;
  }
  let sums = of_quad(sum, at);
  workgroupBarrier();

  let to = ((group.y * ((params.group_size + 3u) / 4u) + group.z) * params.num_splits + split) * (4u * size + 2u);
  for (var d = 0u; d < units; d += 4u) {
    let column = d + part;
    let nearest = min(column, units - 1u);
    // Column h: head h's.
    var low_y = mat4x4f();
    var high_y = mat4x4f();
    for (var k = 0u; k < split_keys; k += 4u) {
      let heads = transpose(of_quad(scores[own + k + part], at));
      let slots = values + min(first + k + vec4u(0u, 1u, 2u, 3u), vec4u(last));
      let rows = stride * slots + nearest;
      let v = array(packed[rows.x], packed[rows.y], packed[rows.z], packed[rows.w]);
      low_y += mat4x4f(low_elements(v[0]), low_elements(v[1]), low_elements(v[2]), low_elements(v[3])) * heads;
      high_y += mat4x4f(high_elements(v[0]), high_elements(v[1]), high_elements(v[2]), high_elements(v[3])) * heads;
    }
    if (split < params.num_splits && column < units) {
      let y = to + 2u * column + vec4u(0u, 1u, 2u, 3u) * size;
      partial[y.x] = low_y[0];
      partial[y.x + 1u] = high_y[0];
      partial[y.y] = low_y[1];
      partial[y.y + 1u] = high_y[1];
      partial[y.z] = low_y[2];
      partial[y.z + 1u] = high_y[2];
      partial[y.w] = low_y[3];
      partial[y.w + 1u] = high_y[3];
    }
  }
  if (part == 0u && split < params.num_splits) {
    partial[to + 4u * size] = top;
    partial[to + 4u * size + 1u] = sums[0] + sums[1] + sums[2] + sums[3];
  }
}
