// matmul/matrix-vectors: the tiles of matrix-product.wgsl as vectors of four f16, which a lane stores at once
// needs     matrix-product.wgsl

// Values in an element of the arrays: what subgroupMatrixLoad counts in.
const element_values = 4u;

// A row more than is kept: a check of bounds may count whole rows.
var<workgroup> w_tile: array<vec4h, (tile_outputs + 1u) * pitch / element_values>;
var<workgroup> x_tile: array<vec4h, (tile_tokens + 1u) * pitch / element_values>;

// `at` counts values and is a multiple of four.
fn keep_weights(at: u32, values: vec4h) {
  w_tile[at / element_values] = values;
}

fn keep_inputs(at: u32, values: vec4h) {
  x_tile[at / element_values] = values;
}
