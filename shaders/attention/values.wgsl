// attention/values: y[first_token + r, h] = factors[h, r] * sum_j s[h, r, j] * values[kv(h), j]
// dispatch  one invocation per 16 rows x 16 dimensions and head; four lanes along the dimensions, the quads along the rows
// needs     capacity at least the keys rounded up to 16, finite there

// Vector `column` of four rows of s.
fn row_tile(row: u32, column: u32) -> mat4x4f {
  let last = params.num_heads * params.tile_rows - 1u;
  let stride = params.key_stride / 4u;
  return mat4x4f(
    s[min(row, last) * stride + column],
    s[min(row + 1u, last) * stride + column],
    s[min(row + 2u, last) * stride + column],
    s[min(row + 3u, last) * stride + column],
  );
}

fn value_tile(row: u32, column: u32) -> mat4x4f {
  let size = params.head_dim / 4u;
  let d = min(column, size - 1u); // lanes past the last dimension read it, and store nothing
  return mat4x4f(
    values[row * size + d],
    values[(row + 1u) * size + d],
    values[(row + 2u) * size + d],
    values[(row + 3u) * size + d],
  );
}

fn store(row: u32, head: u32, d: u32, tile: mat4x4f) {
  if (d >= params.head_dim / 4u) {
    return;
  }
  store_row(row, head, d, tile[0]);
  store_row(row + 1u, head, d, tile[1]);
  store_row(row + 2u, head, d, tile[2]);
  store_row(row + 3u, head, d, tile[3]);
}

fn store_row(row: u32, head: u32, d: u32, value: vec4f) {
  if (row < params.num_tokens) {
    let at = ((params.first_token + row) * params.num_heads + head) * params.head_dim / 4u + d;
    y[at] = value * factors[head * params.tile_rows + row];
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quads = WORKGROUP_SIZE / 4u;
  let d = (group.x * 4u + lane % 4u) * 4u;
  let row = (group.y * quads + lane / 4u) * 16u;
  let head = group.z;
  // Of the workgroup's last row: for the rows before it the keys behind theirs are zeros.
  let last_row = min((group.y + 1u) * quads * 16u, params.num_tokens) - 1u;
  let num_blocks = (params.num_slots + params.first_token + last_row + 4u) / 4u;
  let first = (head / params.group_size) * params.capacity;
  let rows = head * params.tile_rows + row;
  var a00 = mat4x4f(); var a01 = mat4x4f(); var a02 = mat4x4f(); var a03 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f(); var a12 = mat4x4f(); var a13 = mat4x4f();
  var a20 = mat4x4f(); var a21 = mat4x4f(); var a22 = mat4x4f(); var a23 = mat4x4f();
  var a30 = mat4x4f(); var a31 = mat4x4f(); var a32 = mat4x4f(); var a33 = mat4x4f();
  for (var j = 0u; j < num_blocks; j++) {
    let key = first + 4u * j;
    let v0 = value_tile(key, d);
    let v1 = value_tile(key, d + 1u);
    let v2 = value_tile(key, d + 2u);
    let v3 = value_tile(key, d + 3u);
    var p = row_tile(rows, j);
    a00 += v0 * p; a01 += v1 * p; a02 += v2 * p; a03 += v3 * p;
    p = row_tile(rows + 4u, j);
    a10 += v0 * p; a11 += v1 * p; a12 += v2 * p; a13 += v3 * p;
    p = row_tile(rows + 8u, j);
    a20 += v0 * p; a21 += v1 * p; a22 += v2 * p; a23 += v3 * p;
    p = row_tile(rows + 12u, j);
    a30 += v0 * p; a31 += v1 * p; a32 += v2 * p; a33 += v3 * p;
  }
  store(row, head, d, a00); store(row, head, d + 1u, a01); store(row, head, d + 2u, a02); store(row, head, d + 3u, a03);
  store(row + 4u, head, d, a10); store(row + 4u, head, d + 1u, a11); store(row + 4u, head, d + 2u, a12); store(row + 4u, head, d + 3u, a13);
  store(row + 8u, head, d, a20); store(row + 8u, head, d + 1u, a21); store(row + 8u, head, d + 2u, a22); store(row + 8u, head, d + 3u, a23);
  store(row + 12u, head, d, a30); store(row + 12u, head, d + 1u, a31); store(row + 12u, head, d + 2u, a32); store(row + 12u, head, d + 3u, a33);
}
