// quad-subgroups: what the four lanes of a quad hold, in the order of the lanes, without a barrier. The other way: quad-barriers.wgsl.
// bindings  none
// needs     subgroups; a workgroup size that is a multiple of 4; uniform control flow

enable subgroups;

// Column i is lane i's `mine`.
fn of_quad(mine: vec4f, lane: u32) -> mat4x4f {
  return mat4x4f(quadBroadcast(mine, 0u), quadBroadcast(mine, 1u), quadBroadcast(mine, 2u), quadBroadcast(mine, 3u));
}

