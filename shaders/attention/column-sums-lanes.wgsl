// attention/column-sums-lanes: column sums by workgroups of 64 keys, whose lanes share out the rows
// dispatch  one workgroup per 64 keys and KV head; sixteen lanes read neighbours, the next sixteen the next row

const VECTORS = 16u;

var<workgroup> of_lanes: array<vec4f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * VECTORS + lane % VECTORS;
  let is_inside = column * 4u < params.num_keys;
  let rows = params.group_size * params.num_tokens;
  var sum = vec4f();
  if (is_inside) {
    for (var i = lane / VECTORS; i < rows; i += WORKGROUP_SIZE / VECTORS) {
      let head = group.y * params.group_size + i / params.num_tokens;
      let row = head * params.tile_rows + i % params.num_tokens;
      sum = fma(s[row * params.key_stride / 4u + column], vec4f(factors[row]), sum);
    }
  }
  of_lanes[lane] = sum;
  workgroupBarrier();
  if (lane < VECTORS && is_inside) {
    var total = vec4f();
    for (var i = lane; i < WORKGROUP_SIZE; i += VECTORS) {
      total += of_lanes[i];
    }
    sums[group.y * params.capacity / 4u + column] += total;
  }
}
