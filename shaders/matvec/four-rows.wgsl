// matvec/four-rows: what the coalesced bodies share: one lane's share of four rows, and the store.
// needs     four-products.wgsl

// Neighbouring lanes take neighbouring runs of eight columns, so that a row's words are read side by side.
fn partial_sums(output: u32, lane: u32, num_lanes: u32) -> vec4f {
  // Rows past the end are read as the last one; their results are never stored.
  let last = params.weight_row + params.out_features - 1u;
  let rows = min(params.weight_row + output + vec4u(0u, 1u, 2u, 3u), vec4u(last));
  let step = 8u * num_lanes;
  var sums = vec4f();
  if (WEIGHT_FORMAT == 0u) {
    // A step of f32 is 32 registers.
    for (var k = 8u * lane; k < params.in_features; k += step) {
      sums += four_products(four_rows(rows, k), input(k), input(k + 4u));
    }
    return sums;
  }
  for (var k = 8u * lane; k < params.in_features; k += 4u * step) {
    let k1 = k + step;
    let k2 = k1 + step;
    let k3 = k2 + step;
    let w0 = four_rows(rows, k);
    let w1 = four_rows(rows, k1);
    let w2 = four_rows(rows, k2);
    let w3 = four_rows(rows, k3);
    sums += four_products(w0, input(k), input(k + 4u)) + four_products(w1, input(k1), input(k1 + 4u));
    sums += four_products(w2, input(k2), input(k2 + 4u)) + four_products(w3, input(k3), input(k3 + 4u));
  }
  return sums;
}

fn store(output: u32, result: vec4f) {
  for (var i = 0u; i < min(4u, params.out_features - output); i++) {
    let at = params.out_offset + output + i;
    if (params.accumulate == 1u) {
      y[at] += result[i];
    } else {
      y[at] = result[i];
    }
  }
}
