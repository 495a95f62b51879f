// decode-attention/quad-barriers: what the four lanes of a quad hold, through workgroup memory, for devices without subgroups.
// needs     uniform control flow

// What a lane is told of its place; the other way: quad-places.wgsl.
struct Lanes {
  @builtin(local_invocation_index) index: u32,
}

fn part_of(lanes: Lanes) -> u32 {
  return lanes.index & 3u;
}

fn quad_of(lanes: Lanes) -> u32 {
  return lanes.index / 4u;
}

var<workgroup> quad_lanes: array<vec4f, WORKGROUP_SIZE>;

// Column i is what lane i of this lane's quad has in `mine`; `at` is four times the quad's number and the lane's place in it.
fn of_quad(mine: vec4f, at: u32) -> mat4x4f {
  workgroupBarrier();
  quad_lanes[at] = mine;
  workgroupBarrier();
  let first = at & ~3u;
  return mat4x4f(quad_lanes[first], quad_lanes[first + 1u], quad_lanes[first + 2u], quad_lanes[first + 3u]);
}
