// tile-alone: four rows of a matrix that each lane loads for itself. The other way: tile-quad.wgsl.
// bindings  none; the kernel declares shared_row(row, column): one vec4f of a row, of the last one past the end

fn row_tile(row: u32, column: u32, lane: u32) -> mat4x4f {
  return mat4x4f(
    shared_row(row, column),
    shared_row(row + 1u, column),
    shared_row(row + 2u, column),
    shared_row(row + 3u, column),
  );
}
