// decode-attention/quad-lanes: what split-quad's lanes hold and exchange: queries, sixteen elements of a row, sums and maxima over a quad.
// needs     ../lib/quad-subgroups.wgsl, ../lib/packed-rows.wgsl

const split_keys = 128u;
const four = vec4u(0u, 1u, 2u, 3u);

// What a lane holds of each of four heads: of a row's elements the sixteen from column 16 part on, four a column.
struct Heads {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

// What a lane works on: rows of one kind (keys or values) begin at row `base`; its vectors of a row are `column` and the next.
struct Lane {
  part: u32,
  column: u32,
  stride: u32,
  last: u32,
}

fn query(head: u32, lane: Lane) -> mat4x4f {
  let size = params.head_dim / 4u;
  let at = vec4u(2u * lane.column) + four;
  let first = head * size;
  // Elements past the end are zero: what stands behind a row's in `packed` then counts nothing.
  return mat4x4f(
    select(vec4f(), q[first + min(at.x, size - 1u)], at.x < size),
    select(vec4f(), q[first + min(at.y, size - 1u)], at.y < size),
    select(vec4f(), q[first + min(at.z, size - 1u)], at.z < size),
    select(vec4f(), q[first + min(at.w, size - 1u)], at.w < size),
  );
}

// A lane's sixteen elements, unscaled.
fn elements(at: u32) -> mat4x4f {
  let first = packed[at];
  let next = packed[at + 1u];
  return mat4x4f(low_elements(first), high_elements(first), low_elements(next), high_elements(next));
}

fn product(a: mat4x4f, b: mat4x4f) -> f32 {
  return a[0].x * b[0].x + a[0].y * b[0].y + a[0].z * b[0].z + a[0].w * b[0].w
    + a[1].x * b[1].x + a[1].y * b[1].y + a[1].z * b[1].z + a[1].w * b[1].w
    + a[2].x * b[2].x + a[2].y * b[2].y + a[2].z * b[2].z + a[2].w * b[2].w
    + a[3].x * b[3].x + a[3].y * b[3].y + a[3].z * b[3].z + a[3].w * b[3].w;
}

// Component i: what lane i ^ this one has of `mine`. One head at a time: the four of a vector at once stay live for longer, 1.10 for 1.03 ms.
fn swapped(mine: f32) -> vec4f {
  return vec4f(mine, quadSwapX(mine), quadSwapY(mine), quadSwapDiagonal(mine));
}

// The sum over the quad of what its lanes have of this lane's key: component i of `mine` is of lane ^ i's.
fn own_sum(mine: vec4f) -> f32 {
  return mine.x + quadSwapX(mine.y) + (quadSwapY(mine.z) + quadSwapDiagonal(mine.w));
}

fn quad_max(mine: vec4f) -> vec4f {
  let pair = max(mine, quadSwapX(mine));
  return max(pair, quadSwapY(pair));
}

fn row_scale(row: u32, lane: Lane) -> f32 {
  return bitcast<f32>(packed[row * lane.stride + params.head_dim / 8u].x);
}
