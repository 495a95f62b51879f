// matvec/plain: y[out_offset + n] (+)= sum_k x[k] * w[weight_row + n, k], one token
// dispatch  one invocation per four outputs, which share the loads of x; folded over y above 65,535 groups
// needs     ../lib/weights.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = ((group.y * groups.x + group.x) * WORKGROUP_SIZE + lane) * 4u;
  if (n >= params.out_features) {
    return;
  }
  // Rows past the end are read as the last one; their results are never stored.
  let row = params.weight_row + n;
  let last = params.weight_row + params.out_features - 1u;
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  for (var k = 0u; k < params.in_features; k += 8u) {
    let low = x[k / 4u];
    let high = x[k / 4u + 1u];
    let w0 = weights8(row, k, params.in_features);
    let w1 = weights8(min(row + 1u, last), k, params.in_features);
    let w2 = weights8(min(row + 2u, last), k, params.in_features);
    let w3 = weights8(min(row + 3u, last), k, params.in_features);
    s0 = fma(w0[1], high, fma(w0[0], low, s0));
    s1 = fma(w1[1], high, fma(w1[0], low, s1));
    s2 = fma(w2[1], high, fma(w2[0], low, s2));
    s3 = fma(w3[1], high, fma(w3[0], low, s3));
  }
  let ones = vec4f(1.0);
  let result = vec4f(dot(s0, ones), dot(s1, ones), dot(s2, ones), dot(s3, ones));
  for (var i = 0u; i < min(4u, params.out_features - n); i++) {
    let at = params.out_offset + n + i;
    if (params.accumulate == 1u) {
      y[at] += result[i];
    } else {
      y[at] = result[i];
    }
  }
}
