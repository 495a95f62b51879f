// lib/activation: what the gate of an MLP goes through: ACTIVATION 0 silu(v) = v / (1 + exp(-v)); 1 gelu(v) = v / (1 + exp(-2 u)), u = sqrt(2 / pi) (v + 0.044715 v^3)

// The tanh of gelu's usual form is (1 - exp(-2 u)) / (1 + exp(-2 u)); in this one an exp that overflows does no harm.
fn activated(v: vec4f) -> vec4f {
  let cubic = 1.5957691 * (v + 0.044715 * v * v * v);
  return v / (1.0 + exp(-select(v, cubic, ACTIVATION == 1u)));
}
