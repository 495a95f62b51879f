// matvec/four-products: eight columns of four rows times x's, the loads apart from the arithmetic
// needs     ../lib/packed-weights.wgsl
//
// A large GPU has to have megabytes under way to read its memory at full speed, and one row of a matrix is a few kilobytes: what a lane
// multiplies is loaded for several steps before the first is multiplied.

struct FourRows {
  a: Packed,
  b: Packed,
  c: Packed,
  d: Packed,
}

// Columns k .. k + 7 of each row; of columns past the end the last eight.
fn four_rows(rows: vec4u, k: u32) -> FourRows {
  let column = min(k, params.in_features - 8u);
  return FourRows(packed8(rows.x, column), packed8(rows.y, column), packed8(rows.z, column), packed8(rows.w, column));
}

// Component i: row i of them times the columns of x in `low` and `high`.
fn four_products(rows: FourRows, low: vec4f, high: vec4f) -> vec4f {
  let a = unpacked8(rows.a);
  let b = unpacked8(rows.b);
  let c = unpacked8(rows.c);
  let d = unpacked8(rows.d);
  return low * mat4x4f(a[0], b[0], c[0], d[0]) + high * mat4x4f(a[1], b[1], c[1], d[1]);
}

// Four columns of x, of which those past the end count nothing.
fn input(k: u32) -> vec4f {
  return select(vec4f(), x[min(k, params.in_features - 4u) / 4u], k < params.in_features);
}
