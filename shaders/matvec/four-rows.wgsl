// matvec/four-rows: what the coalesced bodies share: one lane's share of four rows, and the store.
// needs     four-products.wgsl, ../lib/weights.wgsl

// Neighbouring lanes take neighbouring runs of eight columns, so that a row's words are read side by side.
fn partial_sums(output: u32, lane: u32, num_lanes: u32) -> vec4f {
  // Rows past the end are read as the last one; their results are never stored.
  let last = params.weight_row + params.out_features - 1u;
  let rows = min(params.weight_row + output + vec4u(0u, 1u, 2u, 3u), vec4u(last));
  var sums = vec4f();
  for (var k = 8u * lane; k < params.in_features; k += 8u * num_lanes) {
    sums += four_products(rows, k, x[k / 4u], x[k / 4u + 1u]);
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
