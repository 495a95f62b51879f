// matmul/plain: y[t, out_offset + n] (+)= sum_k x[t, k] * w[weight_row + n, k] for tokens first_token .. first_token + num_tokens - 1
// dispatch  one invocation per 16 tokens x 16 outputs: grid = [ceil(out / 16 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     row-tiles.wgsl, store.wgsl, ../lib/weights.wgsl
//
// The tile lives in registers as sixteen mat4x4f: no workgroup memory and no barrier, so weights are dequantised once per
// sixteen tokens. Measured on a software adapter (M 256, K 576, N 1536, int4; GFLOP/s): 16x16 6.0, 16x8 4.8, 8x8 3.9,
// 32x8 4.7-5.4; scalar accumulators 16x8 5.1; dequantised beforehand, 8x8 scalar 5.0. With subgroups: quad.wgsl.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x * 16u;
  let t = params.first_token + id.y * 16u;
  var a00 = mat4x4f(); var a01 = mat4x4f(); var a02 = mat4x4f(); var a03 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f(); var a12 = mat4x4f(); var a13 = mat4x4f();
  var a20 = mat4x4f(); var a21 = mat4x4f(); var a22 = mat4x4f(); var a23 = mat4x4f();
  var a30 = mat4x4f(); var a31 = mat4x4f(); var a32 = mat4x4f(); var a33 = mat4x4f();
  for (var k = 0u; k < params.in_features; k += 8u) {
    let w0 = weight_tile(n, k);
    let w1 = weight_tile(n + 4u, k);
    let w2 = weight_tile(n + 8u, k);
    let w3 = weight_tile(n + 12u, k);
    var low = row_tile(t, k / 4u);
    var high = row_tile(t, k / 4u + 1u);
    a00 += w0.low * low + w0.high * high;
    a01 += w1.low * low + w1.high * high;
    a02 += w2.low * low + w2.high * high;
    a03 += w3.low * low + w3.high * high;
    low = row_tile(t + 4u, k / 4u);
    high = row_tile(t + 4u, k / 4u + 1u);
    a10 += w0.low * low + w0.high * high;
    a11 += w1.low * low + w1.high * high;
    a12 += w2.low * low + w2.high * high;
    a13 += w3.low * low + w3.high * high;
    low = row_tile(t + 8u, k / 4u);
    high = row_tile(t + 8u, k / 4u + 1u);
    a20 += w0.low * low + w0.high * high;
    a21 += w1.low * low + w1.high * high;
    a22 += w2.low * low + w2.high * high;
    a23 += w3.low * low + w3.high * high;
    low = row_tile(t + 12u, k / 4u);
    high = row_tile(t + 12u, k / 4u + 1u);
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
