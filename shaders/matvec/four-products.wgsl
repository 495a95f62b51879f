// matvec/four-products: eight columns of four rows times x's
// needs     ../lib/weights.wgsl

// Component i: row rows[i], columns k .. k + 7, of which x has `low` and `high`.
fn four_products(rows: vec4u, k: u32, low: vec4f, high: vec4f) -> vec4f {
  let w0 = weights8(rows.x, k, params.in_features);
  let w1 = weights8(rows.y, k, params.in_features);
  let w2 = weights8(rows.z, k, params.in_features);
  let w3 = weights8(rows.w, k, params.in_features);
  return low * mat4x4f(w0[0], w1[0], w2[0], w3[0]) + high * mat4x4f(w0[1], w1[1], w2[1], w3[1]);
}
