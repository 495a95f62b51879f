// attention/softmax: s[h, r, j] <- exp(s - max) for the keys row r may see, 0 up to the tile's last key; factors[h, r] = 1 / sum
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
  let whole = visible / 4u;
  let rest = visible % 4u;
  let in_rest = vec4u(0u, 1u, 2u, 3u) < vec4u(rest);
  var best = vec4f(lowest);
  for (var j = 0u; j < whole; j++) {
    best = max(best, s[base + j]);
  }
  if (rest != 0u) {
    best = max(best, select(vec4f(lowest), s[base + whole], in_rest));
  }
  let top = max(max(best.x, best.y), max(best.z, best.w));
  var sum = vec4f();
  for (var j = 0u; j < whole; j++) {
    let p = exp(s[base + j] - top);
    s[base + j] = p;
    sum += p;
  }
  var next = whole;
  if (rest != 0u) {
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
