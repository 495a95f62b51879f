// similarity/late-interaction: score[j] = sum over queries of max(0, mean over groups of max of z[g, i, .] over the window around j)^2
// dispatch  one invocation per four tokens
// needs     a reach of at least 2
//
// What ColBERT (arXiv 2004.12832) does for passages: each query token is met by the best token of the window, and all of them count.
// The windows of four neighbours have all but three tokens at either end in common: their maximum is taken once.

// Maxima over the windows of the stretch's tokens center .. center + 3; what lies outside the stretch counts as absent.
fn window_maxima(row: u32, center: i32) -> vec4f {
  let reach = i32(params.reach);
  let last = i32(params.num_z) - 1;
  let base = i32(row * params.token_stride);
  var shared_best = -3.0e38;
  for (var at = max(0, center + 3 - reach); at <= min(last, center + reach); at++) {
    shared_best = max(shared_best, z[base + at]);
  }
  // Only the first window has the outermost token before, only the last the outermost behind.
  var before = vec3f(-3.0e38);
  var behind = vec3f(-3.0e38);
  for (var i = 0; i < 3; i++) {
    let left = center - reach + i;
    if (left >= 0 && left <= last) {
      before[i] = z[base + left];
    }
    let right = center + reach + 1 + i;
    if (right <= last) {
      behind[i] = z[base + right];
    }
  }
  return max(vec4f(shared_best), vec4f(
    max(before.x, max(before.y, before.z)),
    max(max(before.y, before.z), behind.x),
    max(before.z, max(behind.x, behind.y)),
    max(behind.x, max(behind.y, behind.z)),
  ));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = (tile.x * WORKGROUP_SIZE + lane) * 4u;
  if (token >= params.num_tokens) {
    return;
  }
  let center = i32(params.first_z + token);
  var total = vec4f();
  for (var query = 0u; query < params.num_queries; query++) {
    var sum = vec4f();
    for (var group = 0u; group < params.num_groups; group++) {
      sum += window_maxima(group * params.padded_queries + query, center);
    }
    let met = max(vec4f(), sum / f32(params.num_groups));
    total += met * met;
  }
  for (var i = 0u; i < min(4u, params.num_tokens - token); i++) {
    score[params.first_token + token + i] = total[i];
  }
}
