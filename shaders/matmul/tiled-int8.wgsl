// matmul/tiled-int8: tiles of both matrices are loaded once a workgroup, into workgroup memory, as int8
// override  WORKGROUP_SIZE: 128 lanes
// dispatch  64 tokens x 64 outputs a workgroup, 8 x 4 of it a lane
// needs     turns.wgsl, int8-product.wgsl, matrix-row.wgsl, store-one.wgsl

// Outputs sixteen apart, so that neighbouring lanes store side by side.
fn store(token: u32, output: u32, values: vec4f) {
  store_one(token, output, values.x);
  store_one(token, output + 16u, values.y);
  store_one(token, output + 32u, values.z);
  store_one(token, output + 48u, values.w);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 64u;
  let token = params.first_token + group.y * tile_rows;
  store_product(n, token, lane, product(n, token, lane));
}
