// matvec/fused-rows: the lanes of a workgroup split four outputs' rows between them and add up in workgroup memory
// override  WORKGROUP_SIZE, a power of two
// dispatch  one workgroup per four outputs; folded over y above 65,535 groups
// needs     fused.wgsl

var<workgroup> sums: array<mat3x4f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (group.y * groups.x + group.x) * 4u;
  if (n >= params.out_features) {
    return;
  }
  sums[lane] = partial_sums(n, lane);
  for (var half = WORKGROUP_SIZE / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
  }
  if (lane == 0u) {
    store(n, sums[0]);
  }
}
