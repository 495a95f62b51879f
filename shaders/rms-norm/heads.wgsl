// rms-norm/heads: x[t, h, d] <- x[t, h, d] * w[kind, d] / sqrt(mean_d(x[t, h, d]^2) + eps), kind 0 for query heads, 1 for key heads
// override  WORKGROUP_SIZE: lanes per head; one subgroup is best (a software adapter pays for every further one at the barrier)
// dispatch  one workgroup per head and token, starting at first_head
//
// In place, as eviction and embeddings read keys and queries where the projections left them.

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = params.head_dim / 4u;
  let head = params.first_head + group.x;
  let row = group.y * params.row_stride / 4u + head * size;
  let weights = select(size, 0u, head < params.num_heads);
  var sum = 0.0;
  for (var d = lane; d < size; d += WORKGROUP_SIZE) {
    let v = x[row + d];
    sum += dot(v, v);
  }
  partial[lane] = sum;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    total += partial[i];
  }
  let factor = inverseSqrt(total / f32(params.head_dim) + params.eps);
  for (var d = lane; d < size; d += WORKGROUP_SIZE) {
    x[row + d] = x[row + d] * w[weights + d] * factor;
  }
}
