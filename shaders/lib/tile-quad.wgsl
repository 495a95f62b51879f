// tile-quad: four rows of a matrix that a quad of lanes needs alike: each lane loads one.
// bindings  none; the kernel declares shared_row(row, column): one vec4f of a row, of the last one past the end
// needs     quad-subgroups.wgsl; uniform control flow; lanes of a quad that ask for the same rows and column

fn row_tile(row: u32, column: u32, lane: u32) -> mat4x4f {
  return of_quad(shared_row(row + (lane & 3u), column), lane);
}
