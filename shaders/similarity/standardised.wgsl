// similarity/standardised: z[g, i, j] = (q[i, p] . e[first + j, p] - mean[i, p]) * inv_std[i, p], with p the g-th of the parts wanted
// dispatch  one invocation per eight tokens, sixteen queries and part
// needs     tile.wgsl; no quant of -128
//
// For a stretch of the document, not all of it: late-interaction takes maxima along it and forgets it. Columns past the stretch's last
// token, up to a multiple of eight, repeat it.

// Four queries of four tokens: a query's tokens side by side.
fn store(m: mat4x4f, query: u32, group: u32, column: u32) {
  let of_queries = transpose(m);
  for (var i = 0u; i < 4u; i++) {
    let pair = standard[(query + i) * params.num_parts + params.first_part + group];
    let row = group * params.num_queries + query + i;
    z[(row * params.token_stride + column) / 4u] = (of_queries[i] - pair.x) * pair.y;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = (tile.x * WORKGROUP_SIZE + lane) * 8u;
  if (column >= params.num_tokens) {
    return;
  }
  let token = params.first_token + column;
  let query = tile.y * 16u;
  let group = tile.z;
  let size = params.head_dim / 4u;
  let stride = params.num_parts * size;
  let part = params.first_part + group;
  let rows0 = token_rows(token, part);
  let rows1 = token_rows(token + 4u, part);
  let scale0 = token_scales(rows0);
  let scale1 = token_scales(rows1);
  var a00 = mat4x4f(); var a10 = mat4x4f(); var a20 = mat4x4f(); var a30 = mat4x4f();
  var a01 = mat4x4f(); var a11 = mat4x4f(); var a21 = mat4x4f(); var a31 = mat4x4f();
  for (var d = 0u; d < size; d++) {
    let t0 = token_tile(rows0 * size, scale0, d);
    let t1 = token_tile(rows1 * size, scale1, d);
    let at = query * stride + part * size + d;
    var q = query_tile(at, stride);
    a00 += q * t0; a01 += q * t1;
    q = query_tile(at + 4u * stride, stride);
    a10 += q * t0; a11 += q * t1;
    q = query_tile(at + 8u * stride, stride);
    a20 += q * t0; a21 += q * t1;
    q = query_tile(at + 12u * stride, stride);
    a30 += q * t0; a31 += q * t1;
  }
  store(a00, query, group, column);
  store(a01, query, group, column + 4u);
  store(a10, query + 4u, group, column);
  store(a11, query + 4u, group, column + 4u);
  store(a20, query + 8u, group, column);
  store(a21, query + 8u, group, column + 4u);
  store(a30, query + 12u, group, column);
  store(a31, query + 12u, group, column + 4u);
}
