// matvec/four-rows: what the coalesced bodies share: one lane's share of four rows, and the store.
// needs     ../lib/weights.wgsl

// Neighbouring lanes take neighbouring runs of eight columns, so that a row's words are read side by side.
fn partial_sums(output: u32, lane: u32, num_lanes: u32) -> vec4f {
  // Rows past the end are read as the last one; their results are never stored.
  let row = params.weight_row + output;
  let last = params.weight_row + params.out_features - 1u;
  var sums = vec4f();
  for (var k = 8u * lane; k < params.in_features; k += 8u * num_lanes) {
    let low = x[k / 4u];
    let high = x[k / 4u + 1u];
    let w0 = weights8(row, k, params.in_features);
    let w1 = weights8(min(row + 1u, last), k, params.in_features);
    let w2 = weights8(min(row + 2u, last), k, params.in_features);
    let w3 = weights8(min(row + 3u, last), k, params.in_features);
    sums += low * mat4x4f(w0[0], w1[0], w2[0], w3[0]) + high * mat4x4f(w0[1], w1[1], w2[1], w3[1]);
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
