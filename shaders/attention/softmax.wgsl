// attention/softmax: s[h, r, j] <- exp(s - max) for the last `window` keys row r may see, 0 for others of the tile; factors[h, r] = 1 / sum
// dispatch  one invocation per row and head
//
// The division is left to the consumers (values, column-sums): one pass over the tile less.

const lowest = -3.0e38;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  let head = id.y;
  if (row >= params.num_tokens) {
    return;
  }
  let base = (head * params.tile_rows + row) * params.key_stride / 4u;
  let visible = params.num_slots + params.first_token + row + 1u;
  let first = visible - min(visible, params.window);
  // Whole vectors from `begin` on; the ends are masked. Both may be in one vector, which then is the last.
  let begin = (first + 3u) / 4u;
  let whole = visible / 4u;
  let part = vec4u(0u, 1u, 2u, 3u);
  let in_rest = (4u * whole + part < vec4u(visible)) & (4u * whole + part >= vec4u(first));
  let in_front = 4u * (first / 4u) + part >= vec4u(first);
  let has_front = first % 4u != 0u && first / 4u < whole;
  var best = vec4f(lowest);
  if (has_front) {
    best = select(vec4f(lowest), s[base + first / 4u], in_front);
  }
  for (var j = begin; j < whole; j++) {
    best = max(best, s[base + j]);
  }
  if (visible % 4u != 0u) {
    best = max(best, select(vec4f(lowest), s[base + whole], in_rest));
  }
  let top = max(max(best.x, best.y), max(best.z, best.w));
  for (var j = 0u; j < first / 4u; j++) {
    s[base + j] = vec4f();
  }
  var sum = vec4f();
  if (has_front) {
    let p = select(vec4f(), exp(min(s[base + first / 4u] - top, vec4f())), in_front);
    s[base + first / 4u] = p;
    sum = p;
  }
  for (var j = begin; j < whole; j++) {
    let p = exp(s[base + j] - top);
    s[base + j] = p;
    sum += p;
  }
  var next = whole;
  if (visible % 4u != 0u) {
    let p = select(vec4f(), exp(min(s[base + whole] - top, vec4f())), in_rest);
    s[base + whole] = p;
    sum += p;
    next += 1u;
  }
  // Consumers read whole blocks of 16 keys up to the last key any row of the tile may see.
  let end = (params.num_slots + params.first_token + params.num_tokens + 15u) / 16u * 4u;
  for (var j = next; j < end; j++) {
    s[base + j] = vec4f();
  }
  factors[head * params.tile_rows + row] = 1.0 / dot(sum, vec4f(1.0));
}
