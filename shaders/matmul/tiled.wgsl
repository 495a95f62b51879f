// matmul/tiled: for GPUs: tiles of both matrices are loaded once a workgroup, into workgroup memory
// override  WORKGROUP_SIZE: 128 lanes, with split-k.wgsl 256
// dispatch  64 tokens x 64 outputs a workgroup, 8 x 4 of it a lane
// needs     column-tiles.wgsl, tiles-of-64.wgsl, one-after-another.wgsl or split-k.wgsl, store.wgsl

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  return params.weight_row + min(n + row, params.out_features - 1u);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * 64u;
  let token = params.first_token + group.y * 64u;
  let p = summed(product(n, token, lane), lane);
  if (lane >= 128u) {
    return;
  }
  let t = token + 4u * down(lane);
  let output = n + 4u * across(lane);
  store_token(t, output, p.a);
  store_token(t + 1u, output, p.b);
  store_token(t + 2u, output, p.c);
  store_token(t + 3u, output, p.d);
  store_token(t + 32u, output, p.e);
  store_token(t + 33u, output, p.f);
  store_token(t + 34u, output, p.g);
  store_token(t + 35u, output, p.h);
}
