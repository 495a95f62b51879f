// matvec/fused-subgroup: the lanes of a workgroup split four outputs' rows between them and add up by subgroup, of any size
// override  WORKGROUP_SIZE: the device's widest subgroup leaves no barrier to wait at
// dispatch  one workgroup per four outputs; folded over y above 65,535 groups
// needs     fused.wgsl

var<workgroup> sums: array<mat3x4f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) member: u32,
  @builtin(subgroup_size) num_members: u32,
) {
  let n = (group.y * groups.x + group.x) * 4u;
  if (n >= params.out_features) {
    return;
  }
  let mine = partial_sums(n, lane);
  var sum = mat3x4f(subgroupAdd(mine[0]), subgroupAdd(mine[1]), subgroupAdd(mine[2]));
  if (num_members < WORKGROUP_SIZE) {
    // Which lanes form a subgroup is the device's choice: each subgroup's first lane hands its sum in at its own place.
    sums[lane] = select(0.0, 1.0, member == 0u) * sum;
    workgroupBarrier();
    sum = mat3x4f();
    if (lane == 0u) {
      for (var i = 0u; i < WORKGROUP_SIZE; i++) {
        sum += sums[i];
      }
    }
  }
  if (lane == 0u) {
    store(n, sum);
  }
}
