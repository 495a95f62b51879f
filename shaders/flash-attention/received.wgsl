// flash-attention/received: sums[g, j] += sum over tokens and the heads of group g of exp(scale * q . k - norm), where j is visible
// dispatch  a workgroup for 32 keys and kv_heads_together KV heads, whose sums are one row; every row of the tile in turn
// needs     score-tile.wgsl
//
// The scores once more, since output keeps none: worth it where the queries that count are few beside all. One workgroup adds up a
// key's rows in one order, so a run gives the bits of the run before.

// [x, y]: what the lanes of a key bring together.
var<workgroup> parts: array<vec4f, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let y = lane / 8u;
  let x = lane % 8u;
  let first_key = tile.x * TILE;
  let key = first_key + x + vec4u(0u, 8u, 16u, 24u);
  var total = vec4f();
  for (var i = 0u; i < params.kv_heads_together; i++) {
    let kv_head = tile.y * params.kv_heads_together + i;
    if (HOLDS_K) {
      workgroupBarrier();
      bring_keys(lane, first_key, kv_head, 0u);
    }
    for (var first_row = 0u; first_row < num_rows(); first_row += ROWS) {
      // Of rows that end before the keys none sees one, nor of those whose windows begin behind them.
      let are_behind = end_of(first_row + ROWS - 1u) <= first_key;
      if (are_behind || first_key + TILE - 1u + params.window < end_of(first_row)) {
        continue;
      }
      let s = score_tile(lane, first_row, first_key, kv_head);
      for (var j = 0u; j < 4u * FOURS; j++) {
        let row = first_row + y + 8u * j;
        if (row < num_rows()) {
          let end = end_of(row);
          let norm = norms[head_of(row, kv_head) * params.tile_rows + token_of(row) - params.first_token];
          let seen = (key < vec4u(end)) & (key + params.window >= vec4u(end));
          total += select(vec4f(), exp(s[j / 4u][j % 4u] - norm), seen);
        }
      }
    }
  }
  parts[x * 8u + y] = total;
  workgroupBarrier();
  if (y == 0u) {
    var sum = vec4f();
    for (var i = 0u; i < 8u; i++) {
      sum += parts[x * 8u + i];
    }
    let num_keys = params.num_slots + params.first_token + params.num_tokens;
    for (var j = 0u; j < 4u; j++) {
      if (key[j] < num_keys) {
        sums[tile.y * params.capacity + key[j]] += sum[j];
      }
    }
  }
}
