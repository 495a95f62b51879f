// attention/scores: s[h, r, j] = scale * q[first_token + r, h] . keys[kv(h), j] for one tile of query rows and all keys it may see
// dispatch  one invocation per 16 rows x 16 keys and head; blocks that no row of theirs may see are left unwritten
//
// Row r may see keys 0 .. num_slots + first_token + r (kept entries and the chunk up to itself); softmax masks the rest.
// Only this tile of the probability matrix ever exists, so that column sums cost one more read of it instead of a second q . k.

// Vector `column` of four rows of q; rows past the end are read as the last one.
fn row_tile(row: u32, column: u32) -> mat4x4f {
  let last = params.num_tokens - 1u;
  let stride = params.num_heads * params.head_dim / 4u;
  return mat4x4f(
    q[(params.first_token + min(row, last)) * stride + column],
    q[(params.first_token + min(row + 1u, last)) * stride + column],
    q[(params.first_token + min(row + 2u, last)) * stride + column],
    q[(params.first_token + min(row + 3u, last)) * stride + column],
  );
}

fn key_tile(key: u32, kv_head: u32, d: u32) -> mat4x4f {
  let last = params.num_slots + params.first_token + params.num_tokens - 1u;
  let size = params.head_dim / 4u;
  let base = kv_head * params.capacity;
  return transpose(mat4x4f(
    keys[(base + min(key, last)) * size + d],
    keys[(base + min(key + 1u, last)) * size + d],
    keys[(base + min(key + 2u, last)) * size + d],
    keys[(base + min(key + 3u, last)) * size + d],
  ));
}

fn store(row: u32, head: u32, key: u32, tile: mat4x4f) {
  let stride = params.key_stride / 4u;
  let at = (head * params.tile_rows + row) * stride + key / 4u;
  s[at] = tile[0] * params.scale;
  s[at + stride] = tile[1] * params.scale;
  s[at + 2u * stride] = tile[2] * params.scale;
  s[at + 3u * stride] = tile[3] * params.scale;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let key = (group.x * WORKGROUP_SIZE + lane) * 16u;
  let row = group.y * 16u;
  let head = group.z;
  let last_key = params.num_slots + params.first_token + min(row + 15u, params.num_tokens - 1u);
  if (group.x * WORKGROUP_SIZE * 16u > last_key) {
    return;
  }
  let size = params.head_dim / 4u;
  let kv_head = head / params.group_size;
  var a00 = mat4x4f(); var a01 = mat4x4f(); var a02 = mat4x4f(); var a03 = mat4x4f();
  var a10 = mat4x4f(); var a11 = mat4x4f(); var a12 = mat4x4f(); var a13 = mat4x4f();
  var a20 = mat4x4f(); var a21 = mat4x4f(); var a22 = mat4x4f(); var a23 = mat4x4f();
  var a30 = mat4x4f(); var a31 = mat4x4f(); var a32 = mat4x4f(); var a33 = mat4x4f();
  for (var d = 0u; d < size; d++) {
    let k0 = key_tile(key, kv_head, d);
    let k1 = key_tile(key + 4u, kv_head, d);
    let k2 = key_tile(key + 8u, kv_head, d);
    let k3 = key_tile(key + 12u, kv_head, d);
    var rows = row_tile(row, head * size + d);
    a00 += k0 * rows; a01 += k1 * rows; a02 += k2 * rows; a03 += k3 * rows;
    rows = row_tile(row + 4u, head * size + d);
    a10 += k0 * rows; a11 += k1 * rows; a12 += k2 * rows; a13 += k3 * rows;
    rows = row_tile(row + 8u, head * size + d);
    a20 += k0 * rows; a21 += k1 * rows; a22 += k2 * rows; a23 += k3 * rows;
    rows = row_tile(row + 12u, head * size + d);
    a30 += k0 * rows; a31 += k1 * rows; a32 += k2 * rows; a33 += k3 * rows;
  }
  if (key > last_key) {
    return;
  }
  store(row, head, key, a00); store(row, head, key + 4u, a01); store(row, head, key + 8u, a02); store(row, head, key + 12u, a03);
  store(row + 4u, head, key, a10); store(row + 4u, head, key + 4u, a11); store(row + 4u, head, key + 8u, a12); store(row + 4u, head, key + 12u, a13);
  store(row + 8u, head, key, a20); store(row + 8u, head, key + 4u, a21); store(row + 8u, head, key + 8u, a22); store(row + 8u, head, key + 12u, a23);
  store(row + 12u, head, key, a30); store(row + 12u, head, key + 4u, a31); store(row + 12u, head, key + 8u, a32); store(row + 12u, head, key + 12u, a33);
}
