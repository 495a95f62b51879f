// similarity/nearest: score[j] = mean over groups of max over queries of (sum over the group's parts of q[i, p] . e[j, p] - mean[i, g]) * inv_std[i, g],
//           with the num_groups groups of parts from first_part on
// dispatch  one invocation per eight tokens, folded over y
// needs     tile.wgsl; no quant of -128
//
// Standardised scoring: one part a group, mean and deviation of the part's dots over the document. Cosine scoring: all parts in one
// group, mean 0 and inv_std 1 / num_parts. The maximum over queries runs in registers; no similarity is ever stored.
//
// Sixteen queries by eight tokens a tile. Measured on Chromium's software adapter (16,384 tokens, 32 queries, 4 x 64; two cores shared
// with other work, multiply-add peak 3.2 to 3.9 GFLOP/s at the time): this 3.0 GFLOP/s; 16 x 16 2.4; 32 x 8 with shifts 2.0. Taking
// a word apart by a shift per lane instead of unpack4x8snorm: 16 x 4 0.7 to 1.0, 16 x 8 0.5, 16 x 16 0.3.

fn highest(v: vec4f) -> f32 {
  return max(max(v.x, v.y), max(v.z, v.w));
}

// Best of four queries for each of four tokens, standardised.
fn best_of(m: mat4x4f, query: u32, group: u32) -> vec4f {
  let groups = params.num_parts / params.parts_per_group;
  let first = params.first_part / params.parts_per_group;
  let s0 = standard[query * groups + first + group];
  let s1 = standard[(query + 1u) * groups + first + group];
  let s2 = standard[(query + 2u) * groups + first + group];
  let s3 = standard[(query + 3u) * groups + first + group];
  let mean = vec4f(s0.x, s1.x, s2.x, s3.x);
  let inv_std = vec4f(s0.y, s1.y, s2.y, s3.y);
  return vec4f(
    highest((m[0] - mean) * inv_std),
    highest((m[1] - mean) * inv_std),
    highest((m[2] - mean) * inv_std),
    highest((m[3] - mean) * inv_std),
  );
}

fn best_of_16(m0: mat4x4f, m1: mat4x4f, m2: mat4x4f, m3: mat4x4f, query: u32, group: u32) -> vec4f {
  return max(
    max(best_of(m0, query, group), best_of(m1, query + 4u, group)),
    max(best_of(m2, query + 8u, group), best_of(m3, query + 12u, group)),
  );
}

fn store(token: u32, scores: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    if (token + i < params.first_token + params.num_tokens) {
      score[params.first_score + token - params.first_token + i] = scores[i];
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) tile: vec3u,
  @builtin(num_workgroups) tiles: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let offset = ((tile.y * tiles.x + tile.x) * WORKGROUP_SIZE + lane) * 8u;
  if (offset >= params.num_tokens) {
    return;
  }
  let token = params.first_token + offset;
  let size = params.head_dim / 4u;
  let stride = params.num_parts * size;
  var total0 = vec4f();
  var total1 = vec4f();
  for (var group = 0u; group < params.num_groups; group++) {
    var best0 = vec4f(-3.0e38);
    var best1 = vec4f(-3.0e38);
    for (var query = 0u; query < params.num_queries; query += 16u) {
      var a00 = mat4x4f(); var a10 = mat4x4f(); var a20 = mat4x4f(); var a30 = mat4x4f();
      var a01 = mat4x4f(); var a11 = mat4x4f(); var a21 = mat4x4f(); var a31 = mat4x4f();
      for (var i = 0u; i < params.parts_per_group; i++) {
        let part = params.first_part + group * params.parts_per_group + i;
        let rows0 = token_rows(token, part);
        let rows1 = token_rows(token + 4u, part);
        let scale0 = token_scales(rows0);
        let scale1 = token_scales(rows1);
        let first0 = rows0 * (params.head_dim / 4u);
        let first1 = rows1 * (params.head_dim / 4u);
        for (var d = 0u; d < params.head_dim / 4u; d++) {
          let t0 = token_tile(first0, scale0, d);
          let t1 = token_tile(first1, scale1, d);
          let at = query * stride + part * size + d;
          var q = query_tile(at, stride);
          a00 += q * t0; a01 += q * t1;
          q = query_tile(at + 4u * stride, stride);
          a10 += q * t0; a11 += q * t1;
          q = query_tile(at + 8u * stride, stride);
          a20 += q * t0; a21 += q * t1;
          q = query_tile(at + 12u * stride, stride);
          a30 += q * t0; a31 += q * t1;
        }
      }
      best0 = max(best0, best_of_16(a00, a10, a20, a30, query, group));
      best1 = max(best1, best_of_16(a01, a11, a21, a31, query, group));
    }
    total0 += best0;
    total1 += best1;
  }
  store(token, total0 / f32(params.num_groups));
  store(token + 4u, total1 / f32(params.num_groups));
}
