// matmul/matrix-scalars: the tiles of matrix-product.wgsl as plain f16: compilers load subgroup matrices from arrays of vectors since August 2026
// needs     matrix-product.wgsl

// Values in an element of the arrays: what subgroupMatrixLoad counts in.
const element_values = 1u;

// A row more than is kept: a check of bounds may count whole rows.
var<workgroup> w_tile: array<f16, (tile_outputs + 1u) * pitch>;
var<workgroup> x_tile: array<f16, (tile_tokens + 1u) * pitch>;

// `at` counts values and is a multiple of four.
fn keep_weights(at: u32, values: vec4h) {
  w_tile[at] = values.x;
  w_tile[at + 1u] = values.y;
  w_tile[at + 2u] = values.z;
  w_tile[at + 3u] = values.w;
}

fn keep_inputs(at: u32, values: vec4h) {
  x_tile[at] = values.x;
  x_tile[at + 1u] = values.y;
  x_tile[at + 2u] = values.z;
  x_tile[at + 3u] = values.w;
}
