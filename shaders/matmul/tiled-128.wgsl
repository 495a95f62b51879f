// matmul/tiled-128: for GPUs: tiles of 128 by 128, an eighth of the loads of workgroup memory a multiply-add
// override  WORKGROUP_SIZE: 256 lanes
// dispatch  128 tokens x 128 outputs a workgroup, 8 x 8 of it a lane
// needs     column-tiles.wgsl, tiles-of-128.wgsl, matrix-row.wgsl, store.wgsl

fn store_eight(token: u32, output: u32, first: vec4f, last: vec4f) {
  store_token(token, output, first);
  store_token(token, output + 64u, last);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 128u;
  let token = params.first_token + group.y * 128u;
  store_product(n, token, lane, product(n, token, lane));
}
