// matmul: y[t, out_offset + n] (+)= sum_k x[t, k] * w[weight_row + n, k] for tokens first_token .. first_token + num_tokens - 1
// bindings  0 params uniform | 1 quants, 2 scales (lib/weights.wgsl) | 3 x [*, in_features] f32 read | 4 y [*, out_stride] f32 write
// override  WORKGROUP_SIZE | uniform accumulate: 1 adds to y (the residual); not an override, because each pipeline costs a second or two
// dispatch  one invocation per 16 tokens x 16 outputs: grid = [ceil(out / 16 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     in_features a multiple of 8; out_features, out_offset, out_stride of 4; twin: matmul.ref.ts; tolerance class: reduction-f32
//
// The tile lives in registers as sixteen mat4x4f: no workgroup memory and no barrier, so weights are dequantised once per
// sixteen tokens. Measured on a software adapter (M 256, K 576, N 1536, int4; GFLOP/s): 16x16 6.0, 16x8 4.8, 8x8 3.9,
// 32x8 4.7-5.4; scalar accumulators 16x8 5.1; dequantised beforehand, 8x8 scalar 5.0.

struct Params {
  first_token: u32,
  num_tokens: u32,
  in_features: u32,
  out_features: u32,
  weight_row: u32,
  out_offset: u32,
  out_stride: u32,
  accumulate: u32,
}

override WORKGROUP_SIZE: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

// Four outputs by eight inputs, transposed so that `low * x` contracts over inputs 0-3 and `high * x` over 4-7.
struct WeightTile {
  low: mat4x4f,
  high: mat4x4f,
}

fn weight_tile(output: u32, k: u32) -> WeightTile {
  // Rows past the end are read as the last one; their results are never stored.
  let last = params.out_features - 1u;
  let w0 = weights8(params.weight_row + min(output, last), k, params.in_features);
  let w1 = weights8(params.weight_row + min(output + 1u, last), k, params.in_features);
  let w2 = weights8(params.weight_row + min(output + 2u, last), k, params.in_features);
  let w3 = weights8(params.weight_row + min(output + 3u, last), k, params.in_features);
  return WeightTile(
    transpose(mat4x4f(w0[0], w1[0], w2[0], w3[0])),
    transpose(mat4x4f(w0[1], w1[1], w2[1], w3[1])),
  );
}

fn input_tile(token: u32, k: u32) -> mat4x4f {
  let last = params.first_token + params.num_tokens - 1u;
  let row = params.in_features / 4u;
  let column = k / 4u;
  return mat4x4f(
    x[min(token, last) * row + column],
    x[min(token + 1u, last) * row + column],
    x[min(token + 2u, last) * row + column],
    x[min(token + 3u, last) * row + column],
  );
}

fn store(token: u32, output: u32, tile: mat4x4f) {
  if (output >= params.out_features) {
    return;
  }
  let end = params.first_token + params.num_tokens;
  for (var i = 0u; i < 4u; i++) {
    if (token + i < end) {
      let at = ((token + i) * params.out_stride + params.out_offset + output) / 4u;
      if (params.accumulate == 1u) {
        y[at] += tile[i];
      } else {
        y[at] = tile[i];
      }
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x * 16u;
  let t = params.first_token + id.y * 16u;
  if (n >= params.out_features) {
    return;
  }
  var a00 = mat4x4f(); var a01 = mat4x4f(); var a02 = mat4x4f(); var a03 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f(); var a12 = mat4x4f(); var a13 = mat4x4f();
  var a20 = mat4x4f(); var a21 = mat4x4f(); var a22 = mat4x4f(); var a23 = mat4x4f();
  var a30 = mat4x4f(); var a31 = mat4x4f(); var a32 = mat4x4f(); var a33 = mat4x4f();
  for (var k = 0u; k < params.in_features; k += 8u) {
    let w0 = weight_tile(n, k);
    let w1 = weight_tile(n + 4u, k);
    let w2 = weight_tile(n + 8u, k);
    let w3 = weight_tile(n + 12u, k);
    var low = input_tile(t, k);
    var high = input_tile(t, k + 4u);
    a00 += w0.low * low + w0.high * high;
    a01 += w1.low * low + w1.high * high;
    a02 += w2.low * low + w2.high * high;
    a03 += w3.low * low + w3.high * high;
    low = input_tile(t + 4u, k);
    high = input_tile(t + 4u, k + 4u);
    a10 += w0.low * low + w0.high * high;
    a11 += w1.low * low + w1.high * high;
    a12 += w2.low * low + w2.high * high;
    a13 += w3.low * low + w3.high * high;
    low = input_tile(t + 8u, k);
    high = input_tile(t + 8u, k + 4u);
    a20 += w0.low * low + w0.high * high;
    a21 += w1.low * low + w1.high * high;
    a22 += w2.low * low + w2.high * high;
    a23 += w3.low * low + w3.high * high;
    low = input_tile(t + 12u, k);
    high = input_tile(t + 12u, k + 4u);
    a30 += w0.low * low + w0.high * high;
    a31 += w1.low * low + w1.high * high;
    a32 += w2.low * low + w2.high * high;
    a33 += w3.low * low + w3.high * high;
  }
  store(t, n, a00); store(t, n + 4u, a01); store(t, n + 8u, a02); store(t, n + 12u, a03);
  store(t + 4u, n, a10); store(t + 4u, n + 4u, a11); store(t + 4u, n + 8u, a12); store(t + 4u, n + 12u, a13);
  store(t + 8u, n, a20); store(t + 8u, n + 4u, a21); store(t + 8u, n + 8u, a22); store(t + 8u, n + 12u, a23);
  store(t + 12u, n, a30); store(t + 12u, n + 4u, a31); store(t + 12u, n + 8u, a32); store(t + 12u, n + 12u, a33);
}
