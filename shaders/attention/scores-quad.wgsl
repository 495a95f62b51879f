// attention/scores-quad: scores with queries loaded once a quad of lanes and rows by sixteen dimensions, for few loads
// dispatch  one invocation per 32 rows x 8 keys and head; blocks that no row of theirs may see are left unwritten
//
// Queries are shared and keys are not, so that tall tiles load least. Measured on a software adapter (128 rows, 640 to 768 keys, nine
// heads of 64; GFLOP/s): this 7.6, tiles of 16 x 16 6.7; scores.wgsl in quads, by four dimensions and stored in a loop, 5.7.

fn key_tile(rows: vec4u, d: u32) -> Tile {
  return own_rows(keys[rows.x + d], keys[rows.y + d], keys[rows.z + d], keys[rows.w + d]);
}

// Eight keys of four rows; column i is row + (lane ^ i).
fn store(row: u32, lane: u32, head: u32, key: u32, first: mat4x4f, last: mat4x4f) {
  if (row >= params.tile_rows) {
    return;
  }
  let at = ((head * params.tile_rows + row + (vec4u(lane) ^ four)) * params.key_stride + key) / 4u;
  s[at.x] = first[0] * params.scale; s[at.x + 1u] = last[0] * params.scale;
  s[at.y] = first[1] * params.scale; s[at.y + 1u] = last[1] * params.scale;
  s[at.z] = first[2] * params.scale; s[at.z + 1u] = last[2] * params.scale;
  s[at.w] = first[3] * params.scale; s[at.w + 1u] = last[3] * params.scale;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) member: u32,
) {
  let key = (group.x * WORKGROUP_SIZE + index) * 8u;
  let row = group.y * 32u;
  let head = group.z;
  let last_key = params.num_slots + params.first_token + min(row + 31u, params.num_tokens - 1u);
  if (group.x * WORKGROUP_SIZE * 8u > last_key) {
    return;
  }
  let lane = member & 3u;
  let size = params.head_dim / 16u;
  let base = head / params.group_size * params.capacity;
  // Past the end keys are read as the last one and rows as the last row.
  let k0 = (base + min(key + four, vec4u(last_key))) * size;
  let k1 = (base + min(key + 4u + four, vec4u(last_key))) * size;
  let last_row = vec4u(params.num_tokens - 1u);
  let stride = params.num_heads * size;
  let q0 = (params.first_token + min(row + lane + 4u * four, last_row)) * stride + head * size;
  let q1 = (params.first_token + min(row + lane + 16u + 4u * four, last_row)) * stride + head * size;
  var a0 = mat4x4f(); var a1 = mat4x4f(); var a2 = mat4x4f(); var a3 = mat4x4f();
  var a4 = mat4x4f(); var a5 = mat4x4f(); var a6 = mat4x4f(); var a7 = mat4x4f();
  var b0 = mat4x4f(); var b1 = mat4x4f(); var b2 = mat4x4f(); var b3 = mat4x4f();
  var b4 = mat4x4f(); var b5 = mat4x4f(); var b6 = mat4x4f(); var b7 = mat4x4f();
  for (var d = 0u; d < size; d++) {
    let first = key_tile(k0, d);
    let last = key_tile(k1, d);
    let r0 = quad_rows(q[q0.x + d]);
    a0 += products(first, r0); b0 += products(last, r0);
    let r1 = quad_rows(q[q0.y + d]);
    a1 += products(first, r1); b1 += products(last, r1);
    let r2 = quad_rows(q[q0.z + d]);
    a2 += products(first, r2); b2 += products(last, r2);
    let r3 = quad_rows(q[q0.w + d]);
    a3 += products(first, r3); b3 += products(last, r3);
    let r4 = quad_rows(q[q1.x + d]);
    a4 += products(first, r4); b4 += products(last, r4);
    let r5 = quad_rows(q[q1.y + d]);
    a5 += products(first, r5); b5 += products(last, r5);
    let r6 = quad_rows(q[q1.z + d]);
    a6 += products(first, r6); b6 += products(last, r6);
    let r7 = quad_rows(q[q1.w + d]);
    a7 += products(first, r7); b7 += products(last, r7);
  }
  if (key > last_key) {
    return;
  }
  store(row, lane, head, key, a0, b0); store(row + 4u, lane, head, key, a1, b1);
  store(row + 8u, lane, head, key, a2, b2); store(row + 12u, lane, head, key, a3, b3);
  store(row + 16u, lane, head, key, a4, b4); store(row + 20u, lane, head, key, a5, b5);
  store(row + 24u, lane, head, key, a6, b6); store(row + 28u, lane, head, key, a7, b7);
}
