// matmul/subgroup-matrix: for GPUs with units for products of small matrices
// override  WORKGROUP_SIZE: two lanes a token
// dispatch  64 or 128 tokens x 128 outputs a workgroup
// needs     matrix-product.wgsl, matrix-row.wgsl, store-one.wgsl

// A lane's own of a matrix of sixteen tokens by sixteen outputs.
fn store_matrix(token: u32, output: u32, values: mat2x4f) {
  store_one(token, output, values[0].x);
  store_one(token + 2u, output, values[0].y);
  store_one(token + 4u, output, values[0].z);
  store_one(token + 6u, output, values[0].w);
  store_one(token + 8u, output, values[1].x);
  store_one(token + 10u, output, values[1].y);
  store_one(token + 12u, output, values[1].z);
  store_one(token + 14u, output, values[1].w);
}

// Four matrices side by side: the first or the second 64 outputs of the tile.
fn store(n: u32, token: u32, half: u32, lane: u32, a: mat2x4f, b: mat2x4f, c: mat2x4f, d: mat2x4f) {
  let output = n + half * 64u + lane % matrix_size;
  let first = token + lane / matrix_size;
  store_matrix(first, output, a);
  store_matrix(first, output + matrix_size, b);
  store_matrix(first, output + 2u * matrix_size, c);
  store_matrix(first, output + 3u * matrix_size, d);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  multiply(group.x * tile_outputs, params.first_token + group.y * tile_tokens, lane);
}
