// short-convolution/carry: carried <- the last length - 1 of [carried ++ input gate * input]
// dispatch  one invocation per four channels, oldest first: what it reads of carried is not written yet

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.hidden_size / 4u;
  if (id.x >= size) {
    return;
  }
  let before = params.length - 1u;
  for (var i = 0u; i < before; i++) {
    let source = i + params.num_tokens;
    if (source < before) {
      carried[i * size + id.x] = carried[source * size + id.x];
    } else {
      let row = (source - before) * 3u * size + id.x;
      carried[i * size + id.x] = x[row] * x[row + 2u * size];
    }
  }
}
