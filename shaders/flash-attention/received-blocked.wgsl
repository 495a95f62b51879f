// flash-attention/received-blocked: what received.wgsl computes, from the scores of blocks.wgsl
// dispatch  a workgroup for 32 keys and kv_heads_together KV heads, whose sums are one row; every row of the tile in turn
// needs     blocks.wgsl; 64 ROWS where heads are of 16 vectors
//
// One workgroup adds up a key's rows in one order, so a run gives the bits of the run before.

// [x, y]: what the lanes of a key bring together.
var<workgroup> parts: array<array<vec4f, 8>, 8>;
// By base 2; of rows behind the last one so large that nothing is left of them.
var<workgroup> norm_tile: array<f32, ROWS>;

fn bring_norms(lane: u32, first_row: u32, kv_head: u32) {
  if (lane < ROWS) {
    let row = first_row + lane;
    let norm = norms[head_of(row, kv_head) * params.tile_rows + token_of(row) - params.first_token];
    norm_tile[lane] = select(-HIDDEN, LOG2E * norm, row < num_rows());
  }
}

// Of four rows, by key.
fn received(s: mat4x4f, row: u32) -> vec4f {
  let than = vec4f(norm_tile[row], norm_tile[row + 8u], norm_tile[row + 16u], norm_tile[row + 24u]);
  let p = powers(s, than);
  return (p[0] + p[1]) + (p[2] + p[3]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = index % 64u;
  let x = x_of(lane);
  let lane_y = y_of(lane);
  let first_key = tile.x * KEYS;
  var total = vec4f();
  for (var i = 0u; i < params.kv_heads_together; i++) {
    let kv_head = tile.y * params.kv_heads_together + i;
    workgroupBarrier();
    bring_keys(lane, first_key, kv_head);
    // Of rows that end before the keys none sees one, nor of those whose windows begin behind them.
    var first_row = 0u;
    while (first_row < num_rows() && end_of(first_row + ROWS - 1u) <= first_key) {
      first_row += ROWS;
    }
    for (; first_row < num_rows() && first_key + KEYS - 1u + params.window >= end_of(first_row); first_row += ROWS) {
      // Of heads that are not long all at once, and under way while other lanes end.
      var upper: Loaded;
      var lower: Loaded;
      if (!IS_WIDE) {
        upper = load_queries(lane, first_row, kv_head);
        lower = load_queries(lane, first_row + 32u, kv_head);
      }
      workgroupBarrier();
      if (IS_WIDE) {
        bring_queries(lane, first_row, kv_head);
      } else {
        keep_queries(upper, lane, 0u);
        keep_queries(lower, lane, 32u);
      }
      bring_norms(lane, first_row, kv_head);
      workgroupBarrier();
      var s = scores(x, lane_y);
      if (!is_seen(first_key, end_of(first_row), end_of(first_row + ROWS - 1u))) {
        s = all_masked(s, first_row + lane_y, first_key + 4u * x);
      }
      total += received(s.upper, lane_y);
      if (IS_TALL) {
        total += received(s.lower, lane_y + 32u);
      }
    }
  }
  parts[x][lane_y] = total;
  workgroupBarrier();
  if (lane_y == 0u) {
    var sum = vec4f();
    for (var i = 0u; i < 8u; i++) {
      sum += parts[x][i];
    }
    let num_keys = params.num_slots + params.first_token + params.num_tokens;
    let key = first_key + 4u * x;
    let at = tile.y * params.capacity + key;
    if (key < num_keys) {
      sums[at] += sum.x;
    }
    if (key + 1u < num_keys) {
      sums[at + 1u] += sum.y;
    }
    if (key + 2u < num_keys) {
      sums[at + 2u] += sum.z;
    }
    if (key + 3u < num_keys) {
      sums[at + 3u] += sum.w;
    }
  }
}
