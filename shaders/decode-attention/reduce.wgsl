// decode-attention/reduce: y[h] = the splits, weighted by exp(their highest score - the highest of all), over their sum
// dispatch  one invocation per head and four dimensions

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.head_dim / 4u;
  let column = id.x;
  let head = id.y;
  if (column >= size) {
    return;
  }
  let in_group = head % params.group_size;
  let four = head / params.group_size * ((params.group_size + 3u) / 4u) + in_group / 4u;
  let slot = in_group % 4u;
  let stride = 4u * size + 2u;
  let first = four * params.num_splits * stride;
  let end = first + params.num_splits * stride;
  var top = -3.0e38;
  for (var at = first; at < end; at += stride) {
    top = max(top, partial[at + 4u * size][slot]);
  }
  var sum = 0.0;
  var total = vec4f();
  for (var at = first; at < end; at += stride) {
    let weight = exp(partial[at + 4u * size][slot] - top);
    sum = fma(weight, partial[at + 4u * size + 1u][slot], sum);
    total = fma(vec4f(weight), partial[at + slot * size + column], total);
  }
  y[head * size + column] = total / sum;
}
