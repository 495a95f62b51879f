// matmul/matrix-row: the rows of one matrix of weights, as tiles of outputs `n` on have them

// Rows past the end are read as the last one; their results are never stored.
fn matrix_row(row: u32, n: u32) -> u32 {
  return params.weight_row + min(n + row, params.out_features - 1u);
}
