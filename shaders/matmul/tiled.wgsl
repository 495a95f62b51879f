// matmul/tiled: for GPUs: tiles of both matrices are loaded once a workgroup, into workgroup memory
// override  WORKGROUP_SIZE: 128 lanes, with split-k.wgsl 256
// dispatch  64 tokens x 64 outputs a workgroup, 8 x 4 of it a lane
// needs     column-tiles.wgsl, tiles-of-64.wgsl, one-after-another.wgsl or split-k.wgsl, matrix-row.wgsl, store.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 64u;
  let token = params.first_token + group.y * 64u;
  store_product(token, n + 4u * across(lane), lane, summed(product(n, token, lane), lane));
}
