// sample/best: token[0] = the best of the chunks' candidates
// dispatch  one workgroup, of at most 64 lanes
// needs     best-of-lanes.wgsl

const lowest = -3.0e38;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  var best = Candidate(lowest, 0u);
  for (var i = lane; i < params.num_chunks; i += WORKGROUP_SIZE) {
    let highest = bitcast<f32>(candidates[i].x);
    if (highest > best.value) {
      best = Candidate(highest, candidates[i].w);
    }
  }
  let top = best_of_lanes(best, 0u, lane);
  var chosen = top;
  if (params.temperature > 0.0) {
    best = Candidate(lowest, top.id);
    for (var i = lane; i < params.num_chunks; i += WORKGROUP_SIZE) {
      let above = (bitcast<f32>(candidates[i].x) - top.value) / params.temperature;
      let perturbed = above + bitcast<f32>(candidates[i].y);
      if (perturbed > best.value) {
        best = Candidate(perturbed, candidates[i].z);
      }
    }
    chosen = best_of_lanes(best, 1u, lane);
  }
  if (lane == 0u) {
    token[0] = chosen.id;
  }
}
