// lib/quad-subgroups: what the four lanes of a quad hold, in the order of the lanes, without a barrier.
// needs     subgroups; a workgroup size that is a multiple of 4; uniform control flow
//
// WGSL does not say which lanes of a workgroup form a quad, only that they are four neighbours of a subgroup, the first one's
// subgroup_invocation_id a multiple of 4: a lane's place in its quad is told by that alone.

// Column i is lane i's `mine`.
fn of_quad(mine: vec4f, at: u32) -> mat4x4f {
  return mat4x4f(quadBroadcast(mine, 0u), quadBroadcast(mine, 1u), quadBroadcast(mine, 2u), quadBroadcast(mine, 3u));
}
