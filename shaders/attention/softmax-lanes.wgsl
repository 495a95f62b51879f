// attention/softmax-lanes: softmax by a workgroup a row, whose lanes read neighbours: what a GPU's memory is made for
// dispatch  one workgroup per row and head

const lowest = -3.0e38;

// Of each lane: its largest score, then its sum.
var<workgroup> of_lanes: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let head = group.y;
  let base = (head * params.tile_rows + row) * params.key_stride / 4u;
  let visible = params.num_slots + params.first_token + row + 1u;
  let first = visible - min(visible, params.window);
  let part = vec4u(0u, 1u, 2u, 3u);
  var best = vec4f(lowest);
  for (var j = first / 4u + lane; j < (visible + 3u) / 4u; j += WORKGROUP_SIZE) {
    let key = 4u * j + part;
    best = max(best, select(vec4f(lowest), s[base + j], (key >= vec4u(first)) & (key < vec4u(visible))));
  }
  of_lanes[lane] = max(max(best.x, best.y), max(best.z, best.w));
  workgroupBarrier();
  var top = lowest;
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    top = max(top, of_lanes[i]);
  }
  workgroupBarrier();
  // Consumers read whole blocks of 16 keys up to the last key any row of the tile may see.
  let end = (params.num_slots + params.first_token + params.num_tokens + 15u) / 16u * 4u;
  var sum = vec4f();
  for (var j = lane; j < end; j += WORKGROUP_SIZE) {
    let key = 4u * j + part;
    let p = select(vec4f(), exp(s[base + j] - top), (key >= vec4u(first)) & (key < vec4u(visible)));
    s[base + j] = p;
    sum += p;
  }
  of_lanes[lane] = dot(sum, vec4f(1.0));
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    for (var i = 0u; i < WORKGROUP_SIZE; i++) {
      total += of_lanes[i];
    }
    factors[head * params.tile_rows + row] = 1.0 / total;
  }
}
