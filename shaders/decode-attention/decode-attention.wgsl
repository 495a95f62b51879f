// decode-attention: softmax(scale q . k) v of one token over splits of 64 keys, each on its own; decode-reduce puts them together
// bindings  0 params uniform | 1 q [num_heads * head_dim] f32 read | 2 keys, 3 values [num_kv_heads, capacity, head_dim] f32 read
//           4 partial [num_kv_heads, ceil(group_size / 4), num_splits, 4 * head_dim / 4 + 2] vec4f write: four heads' unnormalised
//           outputs, then for the four heads their highest score, and their sum of exp(score - highest)
// override  WORKGROUP_SIZE: a multiple of 4, at most 32 (9 KiB of workgroup memory); one subgroup is best
// dispatch  one quad of lanes per split: grid = [ceil(num_splits / (WORKGROUP_SIZE / 4)), num_kv_heads, ceil(group_size / 4)]
// needs     head_dim a multiple of 16; a quad-*.wgsl file; twin: decode-attention.ref.ts; tolerance class: reduction-f32
//
// Split-KV as in Flash-Decoding (crfm.stanford.edu/2023/10/12/flashdecoding.html). A KV head's keys and values are read once for up
// to four query heads: as columns of a matrix times the heads' queries, a lane a key; then a lane four dimensions of the output.
// Measured on a software adapter, 1,100 keys, 9 heads in groups of 3, ms: this
// 1.5; with barriers in place of subgroups 3.6; scores, softmax and values each on its own, a query head at a time, 4.2.

struct Params {
  num_keys: u32,
  group_size: u32,
  head_dim: u32,
  capacity: u32,
  num_splits: u32,
  num_kv_heads: u32,
  scale: f32,
}

override WORKGROUP_SIZE: u32 = 4u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partial: array<vec4f>;

const split_keys = 64u;
const lowest = -3.0e38;

// Of each key of the quads' splits: four heads' scores, then exp(score - highest).
var<workgroup> scores: array<vec4f, 16u * WORKGROUP_SIZE>;

// Component h: head h's scale q . k, for the keys at vec4f rows `rows`; column i is key i's.
fn score_keys(rows: vec4u, query: u32, size: u32, lane: u32) -> mat4x4f {
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  for (var d = 0u; d < size; d++) {
    let heads = transpose(of_quad(q[query + d], lane));
    s0 += heads * keys[rows.x + d];
    s1 += heads * keys[rows.y + d];
    s2 += heads * keys[rows.z + d];
    s3 += heads * keys[rows.w + d];
  }
  return params.scale * mat4x4f(s0, s1, s2, s3);
}

fn highest(a: mat4x4f) -> vec4f {
  return max(max(a[0], a[1]), max(a[2], a[3]));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = params.head_dim / 4u;
  let part = lane & 3u;
  let split = group.x * (WORKGROUP_SIZE / 4u) + lane / 4u;
  let first = split * split_keys;
  let own = lane / 4u * split_keys;
  let rows = group.y * params.capacity;
  // Keys past the end are read as the last one and count nothing; heads past the group's as its last one, and are not read.
  let last = params.num_keys - 1u;
  let query = (group.y * params.group_size + min(4u * group.z + part, params.group_size - 1u)) * size;

  var top = vec4f(lowest);
  for (var k = 0u; k < split_keys; k += 16u) {
    let key = vec4u(first + k + part) + vec4u(0u, 4u, 8u, 12u);
    let s = score_keys((rows + min(key, vec4u(last))) * size, query, size, lane);
    let at = own + k + part;
    let masked = mat4x4f(
      select(vec4f(lowest), s[0], key.x <= last),
      select(vec4f(lowest), s[1], key.y <= last),
      select(vec4f(lowest), s[2], key.z <= last),
      select(vec4f(lowest), s[3], key.w <= last),
    );
    scores[at] = masked[0];
    scores[at + 4u] = masked[1];
    scores[at + 8u] = masked[2];
    scores[at + 12u] = masked[3];
    top = max(top, highest(masked));
  }
  top = highest(of_quad(top, lane));
  var sum = vec4f();
  for (var k = part; k < split_keys; k += 4u) {
    let p = select(vec4f(), exp(scores[own + k] - top), first + k <= last);
    scores[own + k] = p;
    sum += p;
  }
  let sums = of_quad(sum, lane);
  workgroupBarrier();

  let to = ((group.y * ((params.group_size + 3u) / 4u) + group.z) * params.num_splits + split) * (4u * size + 2u);
  for (var d = 0u; d < size; d += 4u) {
    let column = d + part;
    var y0 = vec4f();
    var y1 = vec4f();
    var y2 = vec4f();
    var y3 = vec4f();
    for (var k = 0u; k < split_keys; k += 4u) {
      let heads = transpose(of_quad(scores[own + k + part], lane));
      let key = first + k;
      let v = mat4x4f(
        values[(rows + min(key, last)) * size + column],
        values[(rows + min(key + 1u, last)) * size + column],
        values[(rows + min(key + 2u, last)) * size + column],
        values[(rows + min(key + 3u, last)) * size + column],
      );
      y0 += v * heads[0];
      y1 += v * heads[1];
      y2 += v * heads[2];
      y3 += v * heads[3];
    }
    if (split < params.num_splits) {
      partial[to + column] = y0;
      partial[to + size + column] = y1;
      partial[to + 2u * size + column] = y2;
      partial[to + 3u * size + column] = y3;
    }
  }
  if (part == 0u && split < params.num_splits) {
    partial[to + 4u * size] = top;
    partial[to + 4u * size + 1u] = sums[0] + sums[1] + sums[2] + sums[3];
  }
}
