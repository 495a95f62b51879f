// sample/chunks: the best of each chunk of logits, after the repetition penalty: candidates[chunk] = its highest logit, what the best is
// above that, over the temperature, with its noise, and the best one's id; at temperature 0 the highest (ties: the lowest id)
// dispatch  one workgroup per chunk, of at most 64 lanes
// needs     best-of-lanes.wgsl, gumbel.wgsl, penalise.wgsl
//
// For vocabularies of hundreds of thousands, of which one workgroup would be the whole device's wait. Draws as sample/plain does.

const lowest = -3.0e38;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = clamp((params.vocab_size + 255u) / 256u, 128u, 512u);
  let first = group.x * size;
  let end = min(first + size, params.vocab_size);
  if (params.history_size > 0u && params.repetition_penalty != 1.0) {
    penalise(first, end, lane);
    storageBarrier();
  }
  var best = Candidate(lowest, 0u);
  for (var i = first + lane; i < end; i += WORKGROUP_SIZE) {
    if (logits[i] > best.value) {
      best = Candidate(logits[i], i);
    }
  }
  let top = best_of_lanes(best, 0u, lane);
  var chosen = Candidate(0.0, top.id);
  if (params.temperature > 0.0) {
    best = Candidate(lowest, top.id); // stays where nothing is comparable: an infinite logit
    for (var i = first + lane; i < end; i += WORKGROUP_SIZE) {
      let perturbed = (logits[i] - top.value) / params.temperature + gumbel(vec3u(params.seed, params.step, i));
      if (perturbed > best.value) {
        best = Candidate(perturbed, i);
      }
    }
    chosen = best_of_lanes(best, 1u, lane);
  }
  if (lane == 0u) {
    candidates[group.x] = vec4u(bitcast<u32>(top.value), bitcast<u32>(chosen.value), chosen.id, top.id);
  }
}
