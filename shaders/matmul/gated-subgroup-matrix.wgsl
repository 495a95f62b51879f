// matmul/gated-subgroup-matrix: as matmul/gated-quad, by the products of matrix-product.wgsl
// override  WORKGROUP_SIZE: two lanes a token
// dispatch  64 or 128 tokens x 64 outputs a workgroup
// needs     matrix-product.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix
//
// A tile is twice 32 rows of the gate and the same 32 of up, so that a subgroup has both of an output.

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  let output = n + row / 64u * 32u + row % 32u;
  return min(output, params.out_features - 1u) + select(0u, params.out_features, row % 64u >= 32u);
}

fn store_one(token: u32, output: u32, value: f32) {
  if (token < params.first_token + params.num_tokens && output < params.out_features) {
    y[token * params.out_features + output] = value;
  }
}

// A lane's own of a matrix of sixteen tokens by sixteen outputs.
fn store_matrix(token: u32, output: u32, gates: mat2x4f, ups: mat2x4f) {
  let low = activated(gates[0]) * ups[0];
  let high = activated(gates[1]) * ups[1];
  store_one(token, output, low.x);
  store_one(token + 2u, output, low.y);
  store_one(token + 4u, output, low.z);
  store_one(token + 6u, output, low.w);
  store_one(token + 8u, output, high.x);
  store_one(token + 10u, output, high.y);
  store_one(token + 12u, output, high.z);
  store_one(token + 14u, output, high.w);
}

// Two matrices of gates, and two of what they gate: the first or the second 32 outputs of the tile.
fn store(n: u32, token: u32, half: u32, lane: u32, a: mat2x4f, b: mat2x4f, c: mat2x4f, d: mat2x4f) {
  let output = n + half * 32u + lane % matrix_size;
  let first = token + lane / matrix_size;
  store_matrix(first, output, a, c);
  store_matrix(first, output + matrix_size, b, d);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  multiply(group.x * tile_outputs / 2u, params.first_token + group.y * tile_tokens, lane);
}
