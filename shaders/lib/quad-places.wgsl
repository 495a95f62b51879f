// lib/quad-places: a lane's place in its quad, and its quad's number in the workgroup, where quads are the device's (quad-subgroups.wgsl).
// needs     subgroups; uniform control flow; a WORKGROUP_SIZE that is a multiple of 4
//
// No built-in of WGSL numbers the quads: local_invocation_index need not run along subgroups, and they may be narrower than the
// device's widest. So each quad takes the next number. Which one differs from run to run: nothing may hang on it but what the quad works on.
// A workgroup of one quad, as on a software adapter, needs none, and its compiler leaves that out.

struct Lanes {
  @builtin(subgroup_invocation_id) member: u32,
}

var<workgroup> quads_so_far: atomic<u32>;

fn part_of(lanes: Lanes) -> u32 {
  return lanes.member & 3u;
}

// To be called once.
fn quad_of(lanes: Lanes) -> u32 {
  if (WORKGROUP_SIZE == 4u) {
    return 0u;
  }
  workgroupBarrier(); // Chromium's software adapter zeroes workgroup memory subgroup by subgroup, each when its turn comes
  var number = 0u;
  if (part_of(lanes) == 0u) {
    number = atomicAdd(&quads_so_far, 1u);
  }
  return quadBroadcast(number, 0u);
}
