// attention/values-quad: values with probabilities loaded once a quad of lanes and by eight keys, for few loads
// dispatch  one invocation per 32 rows x 8 dimensions and head; four lanes along the dimensions, the quads along the rows
// needs     capacity at least the keys rounded up to 16, finite there
//
// Probabilities are shared and values are not, so that tall tiles load least. Measured on a software adapter (128 rows, 640 to 768 keys,
// nine heads of 64; GFLOP/s): this 10.4, tiles of 16 x 16 9.9; values.wgsl in quads, by four keys and stored in a loop, 7.9.

struct Pair {
  a: mat4x4f,
  b: mat4x4f,
}

// Eight dimensions of four keys.
fn value_tile(at: u32, size: u32) -> Pair {
  let v0 = values[at];
  let v1 = values[at + size];
  let v2 = values[at + 2u * size];
  let v3 = values[at + 3u * size];
  return Pair(mat4x4f(v0[0], v1[0], v2[0], v3[0]), mat4x4f(v0[1], v1[1], v2[1], v3[1]));
}

// Eight keys of four rows.
fn row_tile(at: u32) -> Pair {
  let mine = s[at];
  return Pair(of_quad(mine[0]), of_quad(mine[1]));
}

fn store_row(row: u32, head: u32, d: u32, first: vec4f, last: vec4f) {
  if (row >= params.num_tokens) {
    return;
  }
  let at = ((params.first_token + row) * params.num_heads + head) * params.head_dim / 4u + d;
  let factor = factors[head * params.tile_rows + row];
  y[at] = first * factor;
  y[at + 1u] = last * factor;
}

// Eight dimensions of four rows; column i is row + (lane ^ i).
fn store(row: u32, lane: u32, head: u32, d: u32, first: mat4x4f, last: mat4x4f) {
  store_row(row + lane, head, d, first[0], last[0]);
  store_row(row + (lane ^ 1u), head, d, first[1], last[1]);
  store_row(row + (lane ^ 2u), head, d, first[2], last[2]);
  store_row(row + (lane ^ 3u), head, d, first[3], last[3]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, lanes: Lanes) {
  let quads = WORKGROUP_SIZE / 4u;
  let lane = part_of(lanes);
  let part = group.x * 4u + lane;
  let row = (group.y * quads + quad_of(lanes)) * 32u;
  let head = group.z;
  // Of the workgroup's last row: for the rows before it the keys behind theirs are zeros.
  let last_row = min((group.y + 1u) * quads * 32u, params.num_tokens) - 1u;
  let num_blocks = (params.num_slots + params.first_token + last_row + 8u) / 8u;
  let size = params.head_dim / 8u;
  // Lanes past the last dimension read it, and store nothing.
  let first_value = head / params.group_size * params.capacity * size + min(part, size - 1u);
  let rows = vec4u(head * params.tile_rows + row + lane) + 4u * four;
  let last_row_of_s = vec4u(params.num_heads * params.tile_rows - 1u);
  let p0 = min(rows, last_row_of_s) * (params.key_stride / 8u);
  let p1 = min(rows + 16u, last_row_of_s) * (params.key_stride / 8u);
  var a0 = mat4x4f(); var a1 = mat4x4f(); var a2 = mat4x4f(); var a3 = mat4x4f();
  var a4 = mat4x4f(); var a5 = mat4x4f(); var a6 = mat4x4f(); var a7 = mat4x4f();
  var b0 = mat4x4f(); var b1 = mat4x4f(); var b2 = mat4x4f(); var b3 = mat4x4f();
  var b4 = mat4x4f(); var b5 = mat4x4f(); var b6 = mat4x4f(); var b7 = mat4x4f();
  for (var j = 0u; j < num_blocks; j++) {
    let v = value_tile(first_value + 8u * j * size, size);
    let w = value_tile(first_value + (8u * j + 4u) * size, size);
    let r0 = row_tile(p0.x + j);
    a0 += v.a * r0.a + w.a * r0.b; b0 += v.b * r0.a + w.b * r0.b;
    let r1 = row_tile(p0.y + j);
    a1 += v.a * r1.a + w.a * r1.b; b1 += v.b * r1.a + w.b * r1.b;
    let r2 = row_tile(p0.z + j);
    a2 += v.a * r2.a + w.a * r2.b; b2 += v.b * r2.a + w.b * r2.b;
    let r3 = row_tile(p0.w + j);
    a3 += v.a * r3.a + w.a * r3.b; b3 += v.b * r3.a + w.b * r3.b;
    let r4 = row_tile(p1.x + j);
    a4 += v.a * r4.a + w.a * r4.b; b4 += v.b * r4.a + w.b * r4.b;
    let r5 = row_tile(p1.y + j);
    a5 += v.a * r5.a + w.a * r5.b; b5 += v.b * r5.a + w.b * r5.b;
    let r6 = row_tile(p1.z + j);
    a6 += v.a * r6.a + w.a * r6.b; b6 += v.b * r6.a + w.b * r6.b;
    let r7 = row_tile(p1.w + j);
    a7 += v.a * r7.a + w.a * r7.b; b7 += v.b * r7.a + w.b * r7.b;
  }
  if (part >= size) {
    return;
  }
  store(row, lane, head, 2u * part, a0, b0); store(row + 4u, lane, head, 2u * part, a1, b1);
  store(row + 8u, lane, head, 2u * part, a2, b2); store(row + 12u, lane, head, 2u * part, a3, b3);
  store(row + 16u, lane, head, 2u * part, a4, b4); store(row + 20u, lane, head, 2u * part, a5, b5);
  store(row + 24u, lane, head, 2u * part, a6, b6); store(row + 28u, lane, head, 2u * part, a7, b7);
}
