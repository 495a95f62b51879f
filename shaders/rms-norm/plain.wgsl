// rms-norm/plain: y[t, c] (+)= x[t, c] * w[c] / sqrt(mean_c(x[t, c]^2) + eps)
// override  WORKGROUP_SIZE: lanes per token; one subgroup is best (a software adapter pays for every further one at the barrier)
// dispatch  one workgroup per token, starting at first_token

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = params.hidden_size / 4u;
  let row = (params.first_token + group.x) * size;
  var sum = 0.0;
  for (var c = lane; c < size; c += WORKGROUP_SIZE) {
    let v = x[row + c];
    sum += dot(v, v);
  }
  partial[lane] = sum;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    total += partial[i];
  }
  let factor = inverseSqrt(total / f32(params.hidden_size) + params.eps);
  for (var c = lane; c < size; c += WORKGROUP_SIZE) {
    let value = x[row + c] * w[c] * factor;
    if (params.accumulate == 1u) {
      y[row + c] += value;
    } else {
      y[row + c] = value;
    }
  }
}
