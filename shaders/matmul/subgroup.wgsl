// matmul/subgroup: without barriers: lanes of a subgroup load the inputs once and hand them around
// override  WORKGROUP_SIZE, a multiple of the device's widest subgroup, so that no lane of a subgroup is missing
// dispatch  one lane per 4 outputs, for 16 tokens: grid = [ceil(out / 4 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     row-tiles.wgsl, store.wgsl, ../lib/weights.wgsl
//
// GFLOP/s at M 128, K 576, N 960, int4, beside the default: 2.9 of 6.6 on Chromium's software adapter (subgroups of 4), 8.7 of 11.0 on
// lavapipe (of 8), and 17.0 of 11.2 there at N 3072. On an H200 15.9 to 16.5 of 35 to 38 TFLOP/s at 1,024 tokens.

fn from_lane(tile: mat4x4f, lane: u32) -> mat4x4f {
  return mat4x4f(
    subgroupShuffle(tile[0], lane), subgroupShuffle(tile[1], lane),
    subgroupShuffle(tile[2], lane), subgroupShuffle(tile[3], lane),
  );
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) num_lanes: u32,
) {
  // Lanes past the last output work on it too: all lanes of a subgroup must stay for the shuffles.
  let n = id.x * 4u;
  let t = params.first_token + id.y * 16u;
  var a0 = mat4x4f(); var a1 = mat4x4f(); var a2 = mat4x4f(); var a3 = mat4x4f();
  for (var k = 0u; k < params.in_features; k += 4u * num_lanes) {
    // One lane holds four columns of the sixteen tokens; past the last column the values are not used.
    let column = min(k + 4u * lane, params.in_features - 4u) / 4u;
    let x0 = row_tile(t, column);
    let x1 = row_tile(t + 4u, column);
    let x2 = row_tile(t + 8u, column);
    let x3 = row_tile(t + 12u, column);
    let used = min(num_lanes, (params.in_features - k) / 4u);
    for (var i = 0u; i < used; i += 2u) {
      let w = weight_tile(n, k + 4u * i);
      a0 += w.low * from_lane(x0, i) + w.high * from_lane(x0, i + 1u);
      a1 += w.low * from_lane(x1, i) + w.high * from_lane(x1, i + 1u);
      a2 += w.low * from_lane(x2, i) + w.high * from_lane(x2, i + 1u);
      a3 += w.low * from_lane(x3, i) + w.high * from_lane(x3, i + 1u);
    }
  }
  store(t, n, a0);
  store(t + 4u, n, a1);
  store(t + 8u, n, a2);
  store(t + 12u, n, a3);
}
