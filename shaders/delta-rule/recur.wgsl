// delta-rule/recur: S <- d S, S <- S + b (v - S k) k, y = S q, token by token; d = exp(decay * softplus(alpha + bias)), b = sigmoid(beta)
// dispatch  one invocation per column of values and head: its row of S is nobody else's, and stays in registers

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * WORKGROUP_SIZE + lane;
  if (column >= params.state_dim) {
    return;
  }
  let head = group.y;
  let size = params.state_dim / 4u;
  let place = params.state_offset / 4u + (head * params.state_dim + column) * size;
  let decay = w[head];
  let bias = w[params.num_value_heads + head];
  let query_at = (head % params.num_key_heads) * size;
  let key_at = query_at + params.num_key_heads * size;
  let value_at = 2u * params.num_key_heads * params.state_dim + head * params.state_dim + column;
  let stride = (2u * params.num_key_heads + params.num_value_heads) * params.state_dim;
  var state: array<vec4f, MAX_QUADS>;
  for (var i = 0u; i < size; i++) {
    state[i] = carried[place + i];
  }
  for (var token = 0u; token < params.num_tokens; token++) {
    let gates = token * params.row_stride + params.first_gate + head;
    let beta = 1.0 / (1.0 + exp(-x[gates]));
    let alpha = x[gates + params.num_value_heads] + bias;
    let kept = exp(decay * (max(alpha, 0.0) + log(1.0 + exp(-abs(alpha)))));
    let row = token * stride / 4u;
    var known = 0.0;
    for (var i = 0u; i < size; i++) {
      state[i] *= kept;
      known += dot(state[i], qkv[row + key_at + i]);
    }
    let at = token * stride + value_at;
    let change = beta * (qkv[at / 4u][at % 4u] - known);
    var sum = 0.0;
    for (var i = 0u; i < size; i++) {
      state[i] += change * qkv[row + key_at + i];
      sum += dot(state[i], qkv[row + query_at + i]);
    }
    y[(token * params.num_value_heads + head) * params.state_dim + column] = sum;
  }
  for (var i = 0u; i < size; i++) {
    carried[place + i] = state[i];
  }
}
