// lib/causal-carry: the first length - 1 columns of carried <- the last of [these ++ the pass]
// dispatch  one invocation per four channels, oldest first: what it reads of carried is not written yet
// needs     causal-columns.wgsl

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= channels()) {
    return;
  }
  for (var i = 0u; i < params.length - 1u; i++) {
    carried[i * channels() + id.x] = column_of(i + params.num_tokens, id.x);
  }
}
