// matmul/gated-tiled-128: as matmul/gated-quad, by the tiles of tiles-of-128.wgsl
// override  WORKGROUP_SIZE: 256 lanes
// dispatch  128 tokens x 64 outputs a workgroup
// needs     column-tiles.wgsl, tiles-of-128.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix
//
// A tile is 64 rows of the gate and the same 64 of up, so that a lane has both of an output.

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  return min(n + row % 64u, params.out_features - 1u) + select(0u, params.out_features, row >= 64u);
}

fn store_eight(token: u32, output: u32, gate: vec4f, up: vec4f) {
  if (token < params.first_token + params.num_tokens && output < params.out_features) {
    y[(token * params.out_features + output) / 4u] = activated(gate) * up;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 64u;
  let token = params.first_token + group.y * 128u;
  store_product(n, token, lane, product(n, token, lane));
}
