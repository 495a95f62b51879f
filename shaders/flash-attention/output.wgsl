// flash-attention/output: y[t, h] = softmax(scale * q[t, h] . keys[kv(h)]) values[kv(h)] over the last `window` keys up to the token's own,
//           and norms[h, t - first_token] = log of the sum of exp(scale * q . k)
// dispatch  a workgroup for 32 rows (tokens x heads of a group) and KV head
// needs     score-tile.wgsl; COLUMNS: vec4 columns of the output that a lane holds, 8 lanes a row
//
// Online softmax (arXiv 2205.14135): tile of keys after tile of keys, each row's maximum rises and what was summed shrinks by as much.
// No score leaves the workgroup. Values are read where they are: eight lanes read neighbours, and the eight rows of lanes the same.

const PLACES = 9u;

// [key, y]: four rows of a lane's, of the tile's scores after exp.
var<workgroup> p_tile: array<vec4f, 288>;
// [y, x]: what the lanes of a row bring together.
var<workgroup> parts: array<vec4f, 64>;

fn by_row(columns: mat4x4f, factors: vec4f) -> mat4x4f {
  return mat4x4f(
    columns[0] * factors.x,
    columns[1] * factors.y,
    columns[2] * factors.z,
    columns[3] * factors.w,
  );
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let lane_y = lane / 8u;
  let x = lane % 8u;
  let first_row = tile.x * TILE;
  let kv_head = tile.y;
  let size = params.head_dim / 4u;
  let row = first_row + lane_y + vec4u(0u, 8u, 16u, 24u);
  let ends = vec4u(end_of(row.x), end_of(row.y), end_of(row.z), end_of(row.w));
  let tile_end = end_of(first_row + TILE - 1u);
  let begin = (max(end_of(first_row), params.window) - params.window) / TILE * TILE;
  var best = vec4f(HIDDEN);
  var total = vec4f();
  // Column i: row y + 8i with a vec4 column of the output.
  var out: array<mat4x4f, COLUMNS>;
  for (var first_key = begin; first_key < tile_end; first_key += TILE) {
    var s = score_tile(lane, first_row, first_key, kv_head);
    let key = first_key + x + vec4u(0u, 8u, 16u, 24u);
    var seen: array<vec4<bool>, 4>;
    var own = vec4f(HIDDEN);
    for (var i = 0u; i < 4u; i++) {
      seen[i] = (key < vec4u(ends[i])) & (key + params.window >= vec4u(ends[i]));
      s[i] = select(vec4f(HIDDEN), s[i], seen[i]);
      own[i] = max(max(s[i].x, s[i].y), max(s[i].z, s[i].w));
    }
    parts[lane] = own;
    workgroupBarrier();
    var higher = best;
    for (var i = 0u; i < 8u; i++) {
      higher = max(higher, parts[lane_y * 8u + i]);
    }
    let shrink = exp(best - higher);
    best = higher;
    for (var i = 0u; i < 4u; i++) {
      s[i] = select(vec4f(), exp(s[i] - best[i]), seen[i]);
      total[i] = total[i] * shrink[i] + dot(s[i], vec4f(1.0));
    }
    let by_key = transpose(s);
    for (var j = 0u; j < 4u; j++) {
      p_tile[(x + 8u * j) * PLACES + lane_y] = by_key[j];
    }
    for (var c = 0u; c < COLUMNS; c++) {
      out[c] = by_row(out[c], shrink);
    }
    workgroupBarrier();
    let count = min(TILE, tile_end - first_key);
    for (var k = 0u; k < count; k++) {
      let p = p_tile[k * PLACES + lane_y];
      let at = (kv_head * params.capacity + first_key + k) * size;
      for (var c = 0u; c < COLUMNS; c++) {
        let v = values[at + min(x + 8u * c, size - 1u)];
        out[c] += mat4x4f(v * p.x, v * p.y, v * p.z, v * p.w);
      }
    }
  }
  workgroupBarrier();
  parts[lane] = total;
  workgroupBarrier();
  var sum = vec4f();
  for (var i = 0u; i < 8u; i++) {
    sum += parts[lane_y * 8u + i];
  }
  let norm = best + log(sum);
  for (var i = 0u; i < 4u; i++) {
    if (row[i] < num_rows()) {
      let token = token_of(row[i]);
      let head = head_of(row[i], kv_head);
      for (var c = 0u; c < COLUMNS; c++) {
        let column = x + 8u * c;
        if (column < size) {
          y[(token * params.num_heads + head) * size + column] = out[c][i] / sum[i];
        }
      }
      if (x == 0u) {
        norms[head * params.tile_rows + token - params.first_token] = norm[i];
      }
    }
  }
}
