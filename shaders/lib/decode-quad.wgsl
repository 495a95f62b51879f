// decode-quad: what decode-attention-quad's lanes hold and exchange: queries, sixteen elements of a row, sums and maxima over a quad.
// bindings  none
// override  WORKGROUP_SIZE | HEADS
// needs     decode-attention.wgsl, quad-subgroups.wgsl, packed-rows.wgsl

override WORKGROUP_SIZE: u32 = 4u;
override HEADS: u32 = 4u;

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
  index: u32,
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
  let sums = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  return sums.x + sums.y + sums.z + sums.w;
}

// Component `part` of the sum of the quad's vectors.
fn own_sum(mine: vec4f, lane: Lane) -> f32 {
  let odd = (lane.part & 1u) == 1u;
  let upper = lane.part >= 2u;
  let pair = select(mine.xz, mine.yw, odd) + quadSwapX(select(mine.yw, mine.xz, odd));
  return select(pair.x, pair.y, upper) + quadSwapY(select(pair.y, pair.x, upper));
}

fn quad_max(mine: vec4f) -> vec4f {
  let pair = max(mine, quadSwapX(mine));
  return max(pair, quadSwapY(pair));
}

fn row_scale(row: u32, lane: Lane) -> f32 {
  return bitcast<f32>(packed[row * lane.stride + params.head_dim / 8u].x);
}
