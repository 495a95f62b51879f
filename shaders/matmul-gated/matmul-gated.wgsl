// matmul-gated: y[t, n] = silu(sum_k x[t, k] * w[n, k]) * sum_k x[t, k] * w[out_features + n, k], silu(v) = v / (1 + exp(-v))
// bindings  0 params uniform | 1 quants, 2 scales, 3 x: lib/quad-product.wgsl | 4 y [*, out_features] f32 write
// override  WORKGROUP_SIZE, a multiple of 4; others as lib/quad-product.wgsl
// dispatch  one invocation per 16 tokens x 8 outputs: grid = [ceil(out / 8 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     lib/quad-product.wgsl; gate and up stacked in one matrix; in_features a multiple of 16, out_features of 4
//           twin: matmul-gated.ref.ts; tolerance class: reduction-f32
//
// A lane's tile is eight rows of the gate and the same eight of up, so that neither is ever stored.

struct Params {
  first_token: u32,
  num_tokens: u32,
  in_features: u32,
  out_features: u32,
}

override WORKGROUP_SIZE: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

fn store_token(token: u32, output: u32, gate: vec4f, up: vec4f) {
  if (output < params.out_features && token < params.first_token + params.num_tokens) {
    y[(token * params.out_features + output) / 4u] = gate / (1.0 + exp(-gate)) * up;
  }
}

// Column i is token + (lane ^ i).
fn store_quad(token: u32, output: u32, lane: u32, gate: mat4x4f, up: mat4x4f) {
  store_token(token + lane, output, gate[0], up[0]);
  store_token(token + (lane ^ 1u), output, gate[1], up[1]);
  store_token(token + (lane ^ 2u), output, gate[2], up[2]);
  store_token(token + (lane ^ 3u), output, gate[3], up[3]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) member: u32) {
  let lane = member & 3u;
  let n = id.x * 8u;
  let t = params.first_token + id.y * 16u;
  // Rows and tokens past the end are read as the last ones: a quad needs all of its lanes, and nothing of them is stored.
  let last = vec4u(params.out_features - 1u);
  let first_rows = min(n + four, last);
  let last_rows = min(n + 4u + four, last);
  let tokens = min(t + lane + 4u * four, vec4u(params.first_token + params.num_tokens - 1u));
  let p = product(
    first_rows, last_rows, params.out_features + first_rows, params.out_features + last_rows, tokens, params.in_features,
  );
  store_quad(t, n, lane, p.a0, p.a2); store_quad(t, n + 4u, lane, p.a1, p.a3);
  store_quad(t + 4u, n, lane, p.b0, p.b2); store_quad(t + 4u, n + 4u, lane, p.b1, p.b3);
  store_quad(t + 8u, n, lane, p.c0, p.c2); store_quad(t + 8u, n + 4u, lane, p.c1, p.c3);
  store_quad(t + 12u, n, lane, p.d0, p.d2); store_quad(t + 12u, n + 4u, lane, p.d1, p.d3);
}
