// matvec/fused: y[out_offset + n] = sum_k z[k] * w[n, k], z = x, or, NORMED, x * norm / sqrt(mean(x^2) + eps); or, GATED, that activated,
// times the same of row out_features + n: gate and up stacked in one matrix
// needs     four-products.wgsl, ../lib/weights.wgsl, ../lib/activation.wgsl
//
// The norm's factor is every product's, so it comes last: each workgroup reads all of x, and adds its squares up on the way.

// A lane's part of outputs n .. n + 3: their products, those of GATED's other rows, and in the last column of the sum of squares.
fn partial_sums(n: u32, lane: u32) -> mat3x4f {
  // Rows past the end are read as the last one; their results are never stored.
  let rows = min(n + vec4u(0u, 1u, 2u, 3u), vec4u(params.out_features - 1u));
  let others = rows + params.out_features;
  var sums = mat3x4f();
  for (var k = 8u * lane; k < params.in_features; k += 8u * WORKGROUP_SIZE) {
    var low = x[k / 4u];
    var high = x[k / 4u + 1u];
    if (NORMED == 1u) {
      sums[2] += low * low + high * high;
      low *= norm[k / 4u];
      high *= norm[k / 4u + 1u];
    }
    sums[0] += four_products(rows, k, low, high);
    if (GATED == 1u) {
      sums[1] += four_products(others, k, low, high);
    }
  }
  return sums;
}

fn store(n: u32, sum: mat3x4f) {
  var factor = 1.0;
  if (NORMED == 1u) {
    factor = inverseSqrt(dot(sum[2], vec4f(1.0)) / f32(params.in_features) + params.eps);
  }
  var result = factor * sum[0];
  if (GATED == 1u) {
    result = activated(result) * (factor * sum[1]);
  }
  for (var i = 0u; i < min(4u, params.out_features - n); i++) {
    y[params.out_offset + n + i] = result[i];
  }
}
