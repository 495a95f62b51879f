// flash-attention/output: y[t, h] = softmax(scale * q[t, h] . keys[kv(h)]) values[kv(h)] over the last `window` keys up to the token's own,
//           and norms[h, t - first_token] = log of the sum of exp(scale * q . k)
// dispatch  a workgroup for ROWS rows (tokens x heads of a group) and KV head
// needs     score-tile.wgsl; COLUMNS: vec4 columns of the output that a lane holds, 8 lanes a row
//
// Online softmax (arXiv 2205.14135): tile of keys after tile of keys, each row's maximum rises and what was summed shrinks by as much.
// No score leaves the workgroup. Values are read where they are: eight lanes read neighbours, and the eight rows of lanes the same.

// [four, y, x]: what the lanes of a row bring together.
var<workgroup> parts: array<vec4f, 64u * FOURS>;

fn by_row(columns: mat4x4f, factors: vec4f) -> mat4x4f {
  return mat4x4f(
    columns[0] * factors.x,
    columns[1] * factors.y,
    columns[2] * factors.z,
    columns[3] * factors.w,
  );
}

// The keys of `key` that a row with this end sees.
fn seen_by(end: u32, key: vec4u) -> vec4<bool> {
  return (key < vec4u(end)) & (key + params.window >= vec4u(end));
}

fn largest(v: vec4f) -> f32 {
  return max(max(v.x, v.y), max(v.z, v.w));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let lane_y = lane / 8u;
  let x = lane % 8u;
  let first_row = tile.x * ROWS;
  let kv_head = tile.y;
  let size = params.head_dim / 4u;
  var ends: array<vec4u, FOURS>;
  var best: array<vec4f, FOURS>;
  var total: array<vec4f, FOURS>;
  for (var f = 0u; f < FOURS; f++) {
    let row = first_row + lane_y + 32u * f;
    ends[f] = vec4u(end_of(row), end_of(row + 8u), end_of(row + 16u), end_of(row + 24u));
    best[f] = vec4f(HIDDEN);
  }
  let tile_end = end_of(first_row + ROWS - 1u);
  let begin = (max(end_of(first_row), params.window) - params.window) / TILE * TILE;
  // Column i of matrix FOURS c + f: row y + 8 (4 f + i) with a vec4 column of the output.
  var out: array<mat4x4f, COLUMNS * FOURS>;
  if (HOLDS_Q) {
    bring_queries(lane, first_row, kv_head, 0u);
  }
  for (var first_key = begin; first_key < tile_end; first_key += TILE) {
    var s = score_tile(lane, first_row, first_key, kv_head);
    let key = first_key + x + vec4u(0u, 8u, 16u, 24u);
    for (var f = 0u; f < FOURS; f++) {
      let end = ends[f];
      s[f][0] = select(vec4f(HIDDEN), s[f][0], seen_by(end.x, key));
      s[f][1] = select(vec4f(HIDDEN), s[f][1], seen_by(end.y, key));
      s[f][2] = select(vec4f(HIDDEN), s[f][2], seen_by(end.z, key));
      s[f][3] = select(vec4f(HIDDEN), s[f][3], seen_by(end.w, key));
      parts[64u * f + lane] = vec4f(largest(s[f][0]), largest(s[f][1]), largest(s[f][2]), largest(s[f][3]));
    }
    workgroupBarrier();
    for (var f = 0u; f < FOURS; f++) {
      var higher = best[f];
      for (var i = 0u; i < 8u; i++) {
        higher = max(higher, parts[64u * f + lane_y * 8u + i]);
      }
      let shrink = exp(best[f] - higher);
      best[f] = higher;
      // Where a row has seen no key yet its best is HIDDEN, as are its scores: their difference is 0, and must not count.
      let end = ends[f];
      s[f][0] = select(vec4f(), exp(s[f][0] - higher.x), seen_by(end.x, key));
      s[f][1] = select(vec4f(), exp(s[f][1] - higher.y), seen_by(end.y, key));
      s[f][2] = select(vec4f(), exp(s[f][2] - higher.z), seen_by(end.z, key));
      s[f][3] = select(vec4f(), exp(s[f][3] - higher.w), seen_by(end.w, key));
      total[f] = total[f] * shrink + vec4f(1.0) * s[f];
      let by_key = transpose(s[f]);
      for (var j = 0u; j < 4u; j++) {
        k_tile[(x + 8u * j) * P_STRIDE + 8u * f + lane_y] = stored(by_key[j]);
      }
      for (var c = 0u; c < COLUMNS; c++) {
        out[FOURS * c + f] = by_row(out[FOURS * c + f], shrink);
      }
    }
    workgroupBarrier();
    let count = min(TILE, tile_end - first_key);
    for (var k = 0u; k < count; k++) {
      let at = (kv_head * params.capacity + first_key + k) * size;
      var p: array<vec4f, FOURS>;
      for (var f = 0u; f < FOURS; f++) {
        p[f] = vec4f(k_tile[k * P_STRIDE + 8u * f + lane_y]);
      }
      for (var c = 0u; c < COLUMNS; c++) {
        let v = vec4f(values[at + min(x + 8u * c, size - 1u)]);
        for (var f = 0u; f < FOURS; f++) {
          out[FOURS * c + f] += mat4x4f(v * p[f].x, v * p[f].y, v * p[f].z, v * p[f].w);
        }
      }
    }
  }
  workgroupBarrier();
  for (var f = 0u; f < FOURS; f++) {
    parts[64u * f + lane] = total[f];
  }
  workgroupBarrier();
  for (var f = 0u; f < FOURS; f++) {
    var sum = vec4f();
    for (var i = 0u; i < 8u; i++) {
      sum += parts[64u * f + lane_y * 8u + i];
    }
    let norm = best[f] + log(sum);
    for (var i = 0u; i < 4u; i++) {
      let row = first_row + lane_y + 8u * (4u * f + i);
      if (row < num_rows()) {
        let token = token_of(row);
        let head = head_of(row, kv_head);
        for (var c = 0u; c < COLUMNS; c++) {
          let column = x + 8u * c;
          if (column < size) {
            y[(token * params.num_heads + head) * size + column] = out[FOURS * c + f][i] / sum[i];
          }
        }
        if (x == 0u) {
          norms[head * params.tile_rows + token - params.first_token] = norm[i];
        }
      }
    }
  }
}
