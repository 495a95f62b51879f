// lib/quad-tiles: sixteen columns of four rows; of rows that a quad of lanes needs alike, each lane loads one and swaps it for the others'.
// needs     subgroups; a workgroup size that is a multiple of 4; uniform control flow; lanes counted by the subgroup's built-in
//
// A software adapter swaps with one instruction and broadcasts with ten; the price is that column i is row lane ^ i, a different one
// in each lane, and is stored as such. What it loads, it checks element by element and fetches lane by lane, some 70 instructions
// for 4 x 4 bytes against 5 for a multiply-add, so that an array of the largest type takes the fewest checks.

const four = vec4u(0u, 1u, 2u, 3u);

// Columns 0-3, 4-7, 8-11 and 12-15.
struct Tile {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

// Column i is what lane ^ i of this lane's quad has in `mine`.
fn of_quad(mine: vec4f) -> mat4x4f {
  return mat4x4f(mine, quadSwapX(mine), quadSwapY(mine), quadSwapDiagonal(mine));
}

fn quad_rows(mine: mat4x4f) -> Tile {
  return Tile(of_quad(mine[0]), of_quad(mine[1]), of_quad(mine[2]), of_quad(mine[3]));
}

// Sixteen columns of four rows of this lane's own, transposed.
fn own_rows(a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f) -> Tile {
  return Tile(
    transpose(mat4x4f(a[0], b[0], c[0], d[0])),
    transpose(mat4x4f(a[1], b[1], c[1], d[1])),
    transpose(mat4x4f(a[2], b[2], c[2], d[2])),
    transpose(mat4x4f(a[3], b[3], c[3], d[3])),
  );
}

// Element (j, i): own row j times quad row i.
fn products(own: Tile, quad: Tile) -> mat4x4f {
  return own.a * quad.a + own.b * quad.b + own.c * quad.c + own.d * quad.d;
}
