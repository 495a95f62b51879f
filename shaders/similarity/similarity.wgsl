// similarity: score[j] = mean over groups of max over queries of (sum over the group's parts of q[i, p] . e[j, p] - mean[i, g]) * inv_std[i, g]
// bindings  0 params uniform | 1 quants [num_tokens, num_parts, head_dim / 4] u32 read, 2 scales [num_tokens, num_parts] f32 read (stored embeddings)
//           3 queries [num_queries, num_parts, head_dim] f32 read, unit parts | 4 standard [num_queries, num_groups] (mean, inv_std) read
//           5 score [num_tokens] f32 write
// dispatch  one invocation per four tokens, folded over y
// needs     head_dim a multiple of 4; num_queries of 16 (repeat one to fill); twin: similarity.ref.ts; tolerance class: reduction-f32
//
// Standardised scoring: one part a group, mean and deviation of the part's dots over the document. Cosine scoring: all parts in one
// group, mean 0 and inv_std 1 / num_parts. The maximum over queries runs in registers; no similarity is ever stored.

struct Params {
  num_tokens: u32,
  num_queries: u32,
  num_parts: u32,
  num_groups: u32,
  head_dim: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> quants: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> queries: array<vec4f>;
@group(0) @binding(4) var<storage, read> standard: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> score: array<f32>;

fn token_column(token: u32, part: u32, d: u32) -> vec4f {
  let row = min(token, params.num_tokens - 1u) * params.num_parts + part;
  let word = quants[row * (params.head_dim / 4u) + d];
  return vec4f((vec4i(i32(word)) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}

// Four dimensions of four queries, transposed so that `tile * tokens` contracts over dimensions.
fn query_tile(query: u32, part: u32, d: u32) -> mat4x4f {
  let size = params.head_dim / 4u;
  let stride = params.num_parts * size;
  let at = query * stride + part * size + d;
  return transpose(mat4x4f(queries[at], queries[at + stride], queries[at + 2u * stride], queries[at + 3u * stride]));
}

fn token_scales(token: u32, part: u32) -> vec4f {
  let last = params.num_tokens - 1u;
  return vec4f(
    scales[min(token, last) * params.num_parts + part],
    scales[min(token + 1u, last) * params.num_parts + part],
    scales[min(token + 2u, last) * params.num_parts + part],
    scales[min(token + 3u, last) * params.num_parts + part],
  );
}

fn scale_columns(m: mat4x4f, s: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * s.x, m[1] * s.y, m[2] * s.z, m[3] * s.w);
}

fn highest(v: vec4f) -> f32 {
  return max(max(v.x, v.y), max(v.z, v.w));
}

// Best of four queries for each of four tokens, standardised.
fn best_of(m: mat4x4f, query: u32, group: u32) -> vec4f {
  let s0 = standard[query * params.num_groups + group];
  let s1 = standard[(query + 1u) * params.num_groups + group];
  let s2 = standard[(query + 2u) * params.num_groups + group];
  let s3 = standard[(query + 3u) * params.num_groups + group];
  let mean = vec4f(s0.x, s1.x, s2.x, s3.x);
  let inv_std = vec4f(s0.y, s1.y, s2.y, s3.y);
  return vec4f(
    highest((m[0] - mean) * inv_std),
    highest((m[1] - mean) * inv_std),
    highest((m[2] - mean) * inv_std),
    highest((m[3] - mean) * inv_std),
  );
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) tile: vec3u,
  @builtin(num_workgroups) tiles: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let token = ((tile.y * tiles.x + tile.x) * WORKGROUP_SIZE + lane) * 4u;
  if (token >= params.num_tokens) {
    return;
  }
  let parts_per_group = params.num_parts / params.num_groups;
  var total = vec4f();
  for (var group = 0u; group < params.num_groups; group++) {
    var best = vec4f(-3.0e38);
    for (var query = 0u; query < params.num_queries; query += 16u) {
      var s0 = mat4x4f();
      var s1 = mat4x4f();
      var s2 = mat4x4f();
      var s3 = mat4x4f();
      for (var i = 0u; i < parts_per_group; i++) {
        let part = group * parts_per_group + i;
        var a0 = mat4x4f();
        var a1 = mat4x4f();
        var a2 = mat4x4f();
        var a3 = mat4x4f();
        for (var d = 0u; d < params.head_dim / 4u; d++) {
          let tokens = mat4x4f(
            token_column(token, part, d),
            token_column(token + 1u, part, d),
            token_column(token + 2u, part, d),
            token_column(token + 3u, part, d),
          );
          a0 += query_tile(query, part, d) * tokens;
          a1 += query_tile(query + 4u, part, d) * tokens;
          a2 += query_tile(query + 8u, part, d) * tokens;
          a3 += query_tile(query + 12u, part, d) * tokens;
        }
        let scale = token_scales(token, part);
        s0 += scale_columns(a0, scale);
        s1 += scale_columns(a1, scale);
        s2 += scale_columns(a2, scale);
        s3 += scale_columns(a3, scale);
      }
      best = max(best, best_of(s0, query, group));
      best = max(best, best_of(s1, query + 4u, group));
      best = max(best, best_of(s2, query + 8u, group));
      best = max(best, best_of(s3, query + 12u, group));
    }
    total += best;
  }
  let result = total / f32(params.num_groups);
  for (var i = 0u; i < 4u; i++) {
    if (token + i < params.num_tokens) {
      score[token + i] = result[i];
    }
  }
}
