// decode-attention/reduce-lanes: as reduce, the lanes of a workgroup sharing the splits of eight neighbouring dimensions
// override  WORKGROUP_SIZE: a multiple of 2
// dispatch  one workgroup per head and eight dimensions

// Of each lane's splits: the sum of their outputs, and the highest score and the sum that it is scaled by.
var<workgroup> totals: array<vec4f, WORKGROUP_SIZE>;
var<workgroup> scales: array<vec2f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = params.head_dim / 4u;
  let column = 2u * group.x + lane % 2u;
  let head = group.y;
  let in_group = head % params.group_size;
  let four = head / params.group_size * ((params.group_size + 3u) / 4u) + in_group / 4u;
  let slot = in_group % 4u;
  let stride = 4u * size + 2u;
  var top = -3.0e38;
  var sum = 0.0;
  var total = vec4f();
  for (var split = lane / 2u; split < params.num_splits; split += WORKGROUP_SIZE / 2u) {
    let at = (four * params.num_splits + split) * stride;
    let own = partial[at + 4u * size][slot];
    let higher = max(top, own);
    let less = exp(top - higher);
    let weight = exp(own - higher);
    sum = fma(weight, partial[at + 4u * size + 1u][slot], less * sum);
    total = fma(vec4f(weight), partial[at + slot * size + column], less * total);
    top = higher;
  }
  totals[lane] = total;
  scales[lane] = vec2f(top, sum);
  workgroupBarrier();
  if (lane < 2u) {
    for (var i = lane + 2u; i < WORKGROUP_SIZE; i += 2u) {
      top = max(top, scales[i].x);
    }
    sum = 0.0;
    total = vec4f();
    for (var i = lane; i < WORKGROUP_SIZE; i += 2u) {
      let weight = exp(scales[i].x - top);
      sum = fma(weight, scales[i].y, sum);
      total = fma(vec4f(weight), totals[i], total);
    }
    y[head * size + column] = total / sum;
  }
}
