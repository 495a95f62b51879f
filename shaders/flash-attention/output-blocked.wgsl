// flash-attention/output-blocked: what output.wgsl computes, as a product of blocks: keys, values and probabilities from workgroup memory
// dispatch  a workgroup for a KV head and ROWS rows (tokens x heads of a group); the last rows, which see most keys, first
// needs     output-parts.wgsl; a lane has ROWS / 32 by VECTORS / 8 matrices of the output: 2 or 4, and no 2 by 4
//
// Online softmax (arXiv 2205.14135) as in output.wgsl. Two barriers a tile of keys where values have a place of their own, of which the
// first lets the next keys in as well; four where they take that of the keys.


// Column i of `a` and `b`: row y + 8 i with vec4 columns x and x + 8 of the output. `c` and `d`: where a lane has eight rows the same of
// row y + 8 (4 + i), else columns x + 16 and x + 24.
struct Output {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = index % 64u;
  let x = x_of(lane);
  let lane_y = y_of(lane);
  let kv_head = group.x;
  let first_row = ((num_rows() - 1u) / ROWS - group.y) * ROWS;
  let row = first_row + lane_y;
  let first_end = end_of(first_row);
  let end = end_of(first_row + ROWS - 1u);
  let begin = (max(first_end, params.window) - params.window) / KEYS * KEYS;
  var upper = Softmax(vec4f(LEAST), vec4f());
  var lower = upper;
  var out: Output;
  bring_queries(lane, first_row, kv_head);
  bring_keys(lane, begin, kv_head);
  workgroupBarrier();
  for (var first_key = begin; first_key < end; first_key += KEYS) {
    var s = scores(x, lane_y);
    // All at once, and under way while the softmax is computed; of a long head, whose keys come later, the other half of the values.
    let these = load_values(lane, first_key, kv_head, 0u);
    var others: Loaded;
    if (IS_WIDE) {
      others = load_values(lane, first_key, kv_head, 16u);
    } else {
      others = load_keys(lane, first_key + KEYS, kv_head, 0u);
    }
    if (!is_seen(first_key, first_end, end)) {
      s = all_masked(s, row, first_key + 4u * x);
    }
    tell_largest(s.upper, x, lane_y);
    if (IS_TALL) {
      tell_largest(s.lower, x, lane_y + 8u);
    }
    workgroupBarrier();
    let best = largest_told(lane_y, upper.best);
    let shrink = exp2(upper.best - best);
    upper = continued(upper, best, shrink, s.upper, x, lane_y);
    out.a = by_row(out.a, shrink);
    out.b = by_row(out.b, shrink);
    if (IS_TALL) {
      let lower_best = largest_told(lane_y + 8u, lower.best);
      let lower_shrink = exp2(lower.best - lower_best);
      lower = continued(lower, lower_best, lower_shrink, s.lower, x, lane_y + 32u);
      out.c = by_row(out.c, lower_shrink);
      out.d = by_row(out.d, lower_shrink);
    } else if (IS_WIDE) {
      out.c = by_row(out.c, shrink);
      out.d = by_row(out.d, shrink);
    }
    keep_values(these, lane, 0u);
    if (IS_WIDE) {
      keep_values(others, lane, 16u);
    } else {
      keep_keys(others, lane, 0u);
    }
    if (IS_WIDE && V_FIRST > 0u) {
      bring_keys(lane, first_key + KEYS, kv_head);
    }
    workgroupBarrier();
    let seen = min(KEYS, end - first_key);
    for (var quad = 0u; quad < (seen + 3u) / 4u; quad++) {
      let p = rows_at(VECTORS + quad, lane_y);
      let v = values_at(quad, 0u, x);
      let w = values_at(quad, 8u, x);
      out.a = all_added(out.a, p, v);
      out.b = all_added(out.b, p, w);
      if (IS_TALL) {
        let r = rows_at(VECTORS + quad, lane_y + 32u);
        out.c = all_added(out.c, r, v);
        out.d = all_added(out.d, r, w);
      } else if (IS_WIDE) {
        out.c = all_added(out.c, p, values_at(quad, 16u, x));
        out.d = all_added(out.d, p, values_at(quad, 24u, x));
      }
    }
    if (V_FIRST == 0u) {
      workgroupBarrier();
      bring_keys(lane, first_key + KEYS, kv_head);
      workgroupBarrier();
    }
  }
  parts[lane_y][x] = upper.total;
  if (IS_TALL) {
    parts[lane_y + 8u][x] = lower.total;
  }
  workgroupBarrier();
  let sum = sum_told(lane_y);
  store(row, kv_head, x, out.a, sum);
  store(row, kv_head, x + 8u, out.b, sum);
  if (x == 0u) {
    store_norms(row, kv_head, upper.best, sum);
  }
  if (IS_TALL) {
    let lower_sum = sum_told(lane_y + 8u);
    store(row + 32u, kv_head, x, out.c, lower_sum);
    store(row + 32u, kv_head, x + 8u, out.d, lower_sum);
    if (x == 0u) {
      store_norms(row + 32u, kv_head, lower.best, lower_sum);
    }
  } else if (IS_WIDE) {
    store(row, kv_head, x + 16u, out.c, sum);
    store(row, kv_head, x + 24u, out.d, sum);
  }
}
