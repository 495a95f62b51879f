// sample/plain: token[0] = the next token, after the repetition penalty: the highest logit (ties: the lowest id), or, at a temperature
// above 0, a draw from softmax(logits / temperature) restricted by top-k, then top-p, then min-p
// dispatch  one workgroup, of at most 64 lanes (8 KiB of workgroup memory)
// needs     best-of-lanes.wgsl, gumbel.wgsl, penalise.wgsl
//
// Draws by the Gumbel-max trick: the highest of logit / temperature - log(-log(u)), with u hashed from (seed, step, id),
// so that no lane waits for another. Logits equal to the k-th highest, or to the last one that top-p needs, stay all of them. A barrier
// costs a software adapter much: the greedy path has one, with a penalty two; top-k and top-p add eight each.

const lowest = -3.0e38;
const order_of_least = 0x007fffffu;

// Two turns, used alternately, so that no lane writes what another still reads.
var<workgroup> weights: array<mat4x4f, 2u * WORKGROUP_SIZE>;

// Unsigned integers in the order of the floats. NaNs lie outside -infinity's, order_of_least, and infinity's: never kept.
fn order(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return bits ^ select(0x80000000u, 0xffffffffu, bits >= 0x80000000u);
}

// The highest order such that the logits at or above it are top_k many or, by mass, hold top_p of the probability of those at or
// above `bottom`. Each turn cuts the range of orders into sixteen and keeps the part in which the weight wanted is reached.
fn threshold(by_mass: bool, bottom: u32, top: f32, lane: u32) -> u32 {
  var low = bottom;
  var high = order(top) + 1u;
  var above = 0.0; // weight at or above `high`: less than wanted
  var wanted = f32(params.top_k);
  for (var turn = 0u; turn < 8u; turn++) {
    let size = (high - low - 1u) / 16u + 1u;
    let bounds = vec4u(low) + vec4u(0u, 1u, 2u, 3u) * size;
    var mine = mat4x4f();
    for (var i = lane; i < params.vocab_size; i += WORKGROUP_SIZE) {
      let at = order(logits[i]);
      if (at >= low && at < high) {
        var weight = vec4f(1.0);
        if (by_mass) {
          weight = vec4f(exp((logits[i] - top) / params.temperature));
        }
        for (var column = 0u; column < 4u; column++) {
          mine[column] += select(vec4f(), weight, vec4u(at) >= bounds + 4u * column * size);
        }
      }
    }
    let base = (turn % 2u) * WORKGROUP_SIZE;
    weights[base + lane] = mine;
    workgroupBarrier();
    var total = mat4x4f();
    for (var i = 0u; i < WORKGROUP_SIZE; i++) {
      total += weights[base + i];
    }
    if (turn == 0u && by_mass) {
      wanted = max(params.top_p * total[0][0], 1.0e-30);
    }
    var part = 0u;
    while (part < 15u && above + total[(part + 1u) / 4u][(part + 1u) % 4u] >= wanted) {
      part++;
    }
    if (part < 15u) {
      above += total[(part + 1u) / 4u][(part + 1u) % 4u];
      high = min(high, low + (part + 1u) * size);
    }
    low += part * size;
  }
  return low;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  if (params.history_size > 0u && params.repetition_penalty != 1.0) {
    penalise(0u, params.vocab_size, lane);
    storageBarrier();
  }
  var best = Candidate(lowest, 0u);
  for (var i = lane; i < params.vocab_size; i += WORKGROUP_SIZE) {
    if (logits[i] > best.value) {
      best = Candidate(logits[i], i);
    }
  }
  let top = best_of_lanes(best, 0u, lane);
  var chosen = top;
  if (params.temperature > 0.0) {
    var low = order_of_least;
    // One call for both, first top-k: compilers put the function in place of each call, and this one takes a software adapter long.
    for (var turn = 0u; turn < 2u; turn++) {
      let by_mass = turn == 1u;
      if (select(params.top_k > 0u && params.top_k < params.vocab_size, params.top_p < 1.0, by_mass)) {
        low = threshold(by_mass, low, top.value, lane);
      }
    }
    let least = select(lowest, log(clamp(params.min_p, 1.0e-30, 1.0)), params.min_p > 0.0);
    best = Candidate(lowest, top.id); // stays where nothing is comparable: an infinite logit
    for (var i = lane; i < params.vocab_size; i += WORKGROUP_SIZE) {
      let at = order(logits[i]);
      let score = (logits[i] - top.value) / params.temperature;
      if (at >= low && at <= order(top.value) && score >= least) {
        let perturbed = score + gumbel(vec3u(params.seed, params.step, i));
        if (perturbed > best.value) {
          best = Candidate(perturbed, i);
        }
      }
    }
    chosen = best_of_lanes(best, 1u, lane);
  }
  if (lane == 0u) {
    token[0] = chosen.id;
  }
}
