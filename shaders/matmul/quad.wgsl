// matmul/quad: inputs loaded once a quad of lanes and weights by sixteen columns, written for few loads and instructions
// dispatch  one invocation per 16 tokens x 16 outputs: grid = [ceil(out / 16 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     quad-product.wgsl
//
// Measured on a software adapter (M 128, K 576, N 1536, int4; GFLOP/s): this 12.5; plain.wgsl in quads, by eight columns and with
// broadcasts for swaps, 9.9; tiles of 32 x 8 12.5, of 32 x 16 13.2 in three times the compile time; by 32 columns 12.6; tokens and
// weights shared by two lanes each 11.4. Without loads and dequantisation the products alone 16: 4.6 instructions a multiply-add.

// A software adapter runs both sides of a branch: adding nothing is cheaper than a second store.
fn store_row(token: u32, output: u32, value: vec4f) {
  if (output < params.out_features && token < params.first_token + params.num_tokens) {
    let at = (token * params.out_stride + params.out_offset + output) / 4u;
    y[at] = value + select(vec4f(), y[at], params.accumulate == 1u);
  }
}

// Column i of `tile` is token + (lane ^ i).
fn store_quad(token: u32, output: u32, lane: u32, tile: mat4x4f) {
  store_row(token + lane, output, tile[0]);
  store_row(token + (lane ^ 1u), output, tile[1]);
  store_row(token + (lane ^ 2u), output, tile[2]);
  store_row(token + (lane ^ 3u), output, tile[3]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) member: u32) {
  let lane = member & 3u;
  let n = id.x * 16u;
  let t = params.first_token + id.y * 16u;
  // Rows and tokens past the end are read as the last ones: a quad needs all of its lanes, and nothing of them is stored.
  let last = vec4u(params.out_features - 1u);
  let r0 = params.weight_row + min(n + four, last);
  let r1 = params.weight_row + min(n + 4u + four, last);
  let r2 = params.weight_row + min(n + 8u + four, last);
  let r3 = params.weight_row + min(n + 12u + four, last);
  let tokens = min(t + lane + 4u * four, vec4u(params.first_token + params.num_tokens - 1u));
  let p = product(r0, r1, r2, r3, tokens, params.in_features);
  store_quad(t, n, lane, p.a0); store_quad(t, n + 4u, lane, p.a1); store_quad(t, n + 8u, lane, p.a2); store_quad(t, n + 12u, lane, p.a3);
  let b = t + 4u;
  store_quad(b, n, lane, p.b0); store_quad(b, n + 4u, lane, p.b1); store_quad(b, n + 8u, lane, p.b2); store_quad(b, n + 12u, lane, p.b3);
  let c = t + 8u;
  store_quad(c, n, lane, p.c0); store_quad(c, n + 4u, lane, p.c1); store_quad(c, n + 8u, lane, p.c2); store_quad(c, n + 12u, lane, p.c3);
  let d = t + 12u;
  store_quad(d, n, lane, p.d0); store_quad(d, n + 4u, lane, p.d1); store_quad(d, n + 8u, lane, p.d2); store_quad(d, n + 12u, lane, p.d3);
}
