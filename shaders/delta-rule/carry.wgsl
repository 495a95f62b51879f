// delta-rule/carry: the first length - 1 columns of carried <- the last of [these ++ x]
// dispatch  one invocation per four channels, oldest first: what it reads of carried is not written yet

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = params.num_channels / 4u;
  if (id.x >= size) {
    return;
  }
  let before = params.length - 1u;
  for (var i = 0u; i < before; i++) {
    let source = i + params.num_tokens;
    if (source < before) {
      carried[i * size + id.x] = carried[source * size + id.x];
    } else {
      carried[i * size + id.x] = x[(source - before) * (params.row_stride / 4u) + id.x];
    }
  }
}
