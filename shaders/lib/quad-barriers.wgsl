// quad-barriers: what the four lanes of a quad hold, through workgroup memory, for devices without subgroups.
// bindings  none
// needs     a workgroup size that is a multiple of 4; uniform control flow; the kernel declares override WORKGROUP_SIZE

var<workgroup> quad_lanes: array<vec4f, WORKGROUP_SIZE>;

// Column i is what lane i of this lane's quad has in `mine`.
fn of_quad(mine: vec4f, lane: u32) -> mat4x4f {
  workgroupBarrier();
  quad_lanes[lane] = mine;
  workgroupBarrier();
  let first = lane & ~3u;
  return mat4x4f(quad_lanes[first], quad_lanes[first + 1u], quad_lanes[first + 2u], quad_lanes[first + 3u]);
}

