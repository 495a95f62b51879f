// decode-attention/row-parts: what split-workgroup's lanes read of packed rows, eight lanes a row and four rows a lane.
// needs     ../lib/packed-rows.wgsl; head_dim at most 4 MAX_VECTORS

const parts = 8u;
const four = vec4u(0u, 1u, 2u, 3u);

var<workgroup> queries: array<vec4f, HEADS * MAX_VECTORS>;

fn scale_at(at: u32) -> f32 {
  return bitcast<f32>(packed[at].x);
}

// Eight unscaled elements of four rows, a row a column.
struct FourRows {
  low: mat4x4f,
  high: mat4x4f,
}

fn rows_at(at: vec4u) -> FourRows {
  let a = packed[at.x];
  let b = packed[at.y];
  let c = packed[at.z];
  let d = packed[at.w];
  return FourRows(
    mat4x4f(low_elements(a), low_elements(b), low_elements(c), low_elements(d)),
    mat4x4f(high_elements(a), high_elements(b), high_elements(c), high_elements(d)),
  );
}

// Component i: eight elements of row i times those of a query at vector `at`.
fn products(k: FourRows, at: u32) -> vec4f {
  return queries[at] * k.low + queries[at + 1u] * k.high;
}

// Column i: four heads' products with the part's elements of the row that begins at rows[i].
fn part_products(rows: vec4u, part: u32, units: u32) -> mat4x4f {
  var heads = mat4x4f();
  for (var unit = part; unit < units; unit += parts) {
    let k = rows_at(rows + unit);
    heads[0] += products(k, 2u * unit);
    if (HEADS > 1u) {
      heads[1] += products(k, 2u * (units + unit));
    }
    if (HEADS > 2u) {
      heads[2] += products(k, 2u * (2u * units + unit));
    }
    if (HEADS > 3u) {
      heads[3] += products(k, 2u * (3u * units + unit));
    }
  }
  return transpose(heads);
}
