// matmul/gated-tiled: as matmul/gated-quad, by the tiles of tiles-of-64.wgsl, one-after-another.wgsl or split-k.wgsl
// override  WORKGROUP_SIZE: 128 lanes, with split-k.wgsl 256
// dispatch  64 tokens x 32 outputs a workgroup
// needs     column-tiles.wgsl, tiles-of-64.wgsl, one-after-another.wgsl or split-k.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix
//
// Of four rows of a tile the first two are the gate's and the others the same of up, so that a lane has both of two outputs.

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  let output = n + row / 4u * 2u + row % 2u;
  return min(output, params.out_features - 1u) + select(0u, params.out_features, row % 4u >= 2u);
}

fn store_token(token: u32, output: u32, values: vec4f) {
  if (token < params.first_token + params.num_tokens && output < params.out_features) {
    y[(token * params.out_features + output) / 2u] = activated(vec4f(values.xy, 0.0, 0.0)).xy * values.zw;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 32u;
  let token = params.first_token + group.y * 64u;
  store_product(token, n + 2u * across(lane), lane, summed(product(n, token, lane), lane));
}
