// matmul/gated-quad: y[t, n] = activated(sum_k x[t, k] * w[n, k]) * sum_k x[t, k] * w[out_features + n, k]
// dispatch  one invocation per 16 tokens x 8 outputs: grid = [ceil(out / 8 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     quad-product.wgsl, ../lib/activation.wgsl; gate and up stacked in one matrix
//
// A lane's tile is eight rows of the gate and the same eight of up, so that neither is ever stored.

fn store_token(token: u32, output: u32, gate: vec4f, up: vec4f) {
  if (output < params.out_features && token < params.first_token + params.num_tokens) {
    y[(token * params.out_features + output) / 4u] = activated(gate) * up;
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
