// sample/best-of-lanes: the candidate of the highest value over a workgroup; of equal ones the lowest id.

struct Candidate {
  value: f32,
  id: u32,
}

// One part a turn, so that a second call may write while lanes still read the first one's.
var<workgroup> of_lanes: array<Candidate, 2u * WORKGROUP_SIZE>;

// All lanes call this and all get the result; `turn` is 0 or 1, another one in each call.
fn best_of_lanes(mine: Candidate, turn: u32, lane: u32) -> Candidate {
  of_lanes[turn * WORKGROUP_SIZE + lane] = mine;
  workgroupBarrier();
  var best = of_lanes[turn * WORKGROUP_SIZE];
  for (var i = 1u; i < WORKGROUP_SIZE; i++) {
    let other = of_lanes[turn * WORKGROUP_SIZE + i];
    if (other.value > best.value || (other.value == best.value && other.id < best.id)) {
      best = other;
    }
  }
  return best;
}
