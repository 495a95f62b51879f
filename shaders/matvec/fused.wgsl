// matvec/fused: y[out_offset + n] = sum_k z[k] * w[n, k], z = x, or, NORMED, x * norm / sqrt(mean(x^2) + eps); or, GATED, that activated,
// times the same of row out_features + n: gate and up stacked in one matrix
// needs     four-products.wgsl, ../lib/activation.wgsl
//
// The norm's factor is every product's, so it comes last: each workgroup reads all of x, and adds its squares up on the way.

// Four columns of the norm's weights; past the end anything, since x counts nothing there.
fn normed(k: u32, values: vec4f) -> vec4f {
  return select(values, values * norm[min(k, params.in_features - 4u) / 4u], NORMED == 1u);
}

// A lane's part of outputs n .. n + 3: their products, those of GATED's other rows, and in the last column of the sum of squares.
fn partial_sums(n: u32, lane: u32) -> mat3x4f {
  // Rows past the end are read as the last one; their results are never stored.
  let rows = min(n + vec4u(0u, 1u, 2u, 3u), vec4u(params.out_features - 1u));
  let others = rows + select(0u, params.out_features, GATED == 1u);
  let step = 8u * WORKGROUP_SIZE;
  var sums = mat3x4f();
  for (var k = 8u * lane; k < params.in_features; k += 2u * step) {
    let k1 = k + step;
    let w0 = four_rows(rows, k);
    let w1 = four_rows(rows, k1);
    let o0 = four_rows(others, k);
    let o1 = four_rows(others, k1);
    let low0 = input(k);
    let high0 = input(k + 4u);
    let low1 = input(k1);
    let high1 = input(k1 + 4u);
    sums[2] += low0 * low0 + high0 * high0 + low1 * low1 + high1 * high1;
    let low2 = normed(k, low0);
    let high2 = normed(k + 4u, high0);
    let low3 = normed(k1, low1);
    let high3 = normed(k1 + 4u, high1);
    sums[0] += four_products(w0, low2, high2) + four_products(w1, low3, high3);
    if (GATED == 1u) {
      sums[1] += four_products(o0, low2, high2) + four_products(o1, low3, high3);
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
