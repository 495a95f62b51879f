// matmul/tiled: for devices with fast workgroup memory: both tiles are loaded once a workgroup
// override  WORKGROUP_SIZE lanes, LANES_OUT of them side by side along the outputs | TILE_K columns a round
// dispatch  a tile of 8 * WORKGROUP_SIZE / LANES_OUT tokens x 8 * LANES_OUT outputs a workgroup, 8 x 8 of it a lane
// needs     row-tiles.wgsl, store.wgsl, ../lib/weights.wgsl; stored-f32.wgsl or stored-f16.wgsl; workgroup memory for both tiles
//
// GFLOP/s at M 128, K 576, N 960, int4, beside the default: 1.8 of 6.6 on Chromium's software adapter, 6.8 of 11.0 on lavapipe, and
// 7.0 there with tiles in f16. No GPU has been measured.

// Both tiles are read by neighbouring lanes at neighbouring addresses: [k, four outputs] and [k / 4, token in its four, fours].
var<workgroup> w_tile: array<Stored, 2u * LANES_OUT * TILE_K>;
var<workgroup> x_tile: array<Stored, 2u * (WORKGROUP_SIZE / LANES_OUT) * TILE_K>;

// Weights are dequantised once a workgroup; neighbouring lanes take neighbouring columns of a row.
fn load_weights(output: u32, k: u32, lane: u32) {
  let per_row = TILE_K / 8u;
  for (var i = lane; i < 2u * LANES_OUT * per_row; i += WORKGROUP_SIZE) {
    let four = i / per_row;
    let column = i % per_row * 8u;
    var tile = WeightTile(mat4x4f(), mat4x4f());
    if (k + column < params.in_features) {
      tile = weight_tile(output + 4u * four, k + column);
    }
    for (var c = 0u; c < 4u; c++) {
      w_tile[(column + c) * 2u * LANES_OUT + four] = stored(tile.low[c]);
      w_tile[(column + 4u + c) * 2u * LANES_OUT + four] = stored(tile.high[c]);
    }
  }
}

fn load_inputs(token: u32, k: u32, lane: u32) {
  let per_row = TILE_K / 4u;
  let fours = 2u * (WORKGROUP_SIZE / LANES_OUT);
  for (var i = lane; i < fours * per_row; i += WORKGROUP_SIZE) {
    let four = i / per_row;
    let column = i % per_row * 4u;
    var tile = mat4x4f();
    if (k + column < params.in_features) {
      tile = row_tile(token + 4u * four, (k + column) / 4u);
    }
    for (var c = 0u; c < 4u; c++) {
      x_tile[(column + c) * fours + four] = stored(tile[c]);
    }
  }
}

fn w_at(k: u32, four: u32) -> mat4x4f {
  let at = k * 2u * LANES_OUT + four;
  let row = 2u * LANES_OUT;
  return mat4x4f(
    vec4f(w_tile[at]), vec4f(w_tile[at + row]), vec4f(w_tile[at + 2u * row]), vec4f(w_tile[at + 3u * row]),
  );
}

fn x_at(k: u32, four: u32) -> mat4x4f {
  let row = 2u * (WORKGROUP_SIZE / LANES_OUT);
  let at = k * row + four;
  return mat4x4f(
    vec4f(x_tile[at]), vec4f(x_tile[at + row]), vec4f(x_tile[at + 2u * row]), vec4f(x_tile[at + 3u * row]),
  );
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let lanes_in = WORKGROUP_SIZE / LANES_OUT;
  let n = group.x * 8u * LANES_OUT;
  let t = params.first_token + group.y * 8u * lanes_in;
  let across = lane % LANES_OUT;
  let down = lane / LANES_OUT;
  var a00 = mat4x4f(); var a01 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f();
  for (var k = 0u; k < params.in_features; k += TILE_K) {
    load_weights(n, k, lane);
    load_inputs(t, k, lane);
    workgroupBarrier();
    // A bound that is not a constant: drivers would unroll the loop into thousands of instructions and take seconds for it.
    let used = min(TILE_K, params.in_features - k);
    for (var i = 0u; i < used; i += 4u) {
      let w0 = w_at(i, across);
      let w1 = w_at(i, across + LANES_OUT);
      let x0 = x_at(i, down);
      let x1 = x_at(i, down + lanes_in);
      a00 += w0 * x0; a01 += w1 * x0;
      a10 += w0 * x1; a11 += w1 * x1;
    }
    workgroupBarrier();
  }
  let output = n + 4u * across;
  let token = t + 4u * down;
  store(token, output, a00);
  store(token, output + 4u * LANES_OUT, a01);
  store(token + 4u * lanes_in, output, a10);
  store(token + 4u * lanes_in, output + 4u * LANES_OUT, a11);
}
