// matmul/gated-tiled-int8: as matmul/gated-quad, by the tiles of turns.wgsl
// override  WORKGROUP_SIZE: 128 lanes
// dispatch  64 tokens x 32 outputs a workgroup
// needs     turns.wgsl, int8-product.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix
//
// A tile is 32 rows of the gate and the same 32 of up, so that a lane has both of an output.

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  return min(n + row % 32u, params.out_features - 1u) + select(0u, params.out_features, row >= 32u);
}

// Outputs sixteen apart, so that neighbouring lanes store side by side: of two the gates, then of both what is gated.
fn store(token: u32, output: u32, values: vec4f) {
  let gates = activated(vec4f(values.xy, 0.0, 0.0));
  let at = token * params.out_features + output;
  let is_token = token < params.first_token + params.num_tokens;
  if (is_token && output < params.out_features) {
    y[at] = gates.x * values.z;
  }
  if (is_token && output + 16u < params.out_features) {
    y[at + 16u] = gates.y * values.w;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 32u;
  let token = params.first_token + group.y * tile_rows;
  store_product(n, token, lane, product(n, token, lane));
}
