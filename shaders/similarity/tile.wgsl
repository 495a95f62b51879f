// similarity/tile: stored embeddings of four tokens and embeddings of four queries, four dimensions at a time.

// Rows of four tokens from `token` on in quants and scales; those past the last token repeat it.
fn token_rows(token: u32, part: u32) -> vec4u {
  let last = params.first_token + params.num_tokens - 1u;
  return min(vec4u(token) + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * params.num_parts + part;
}

// unpack4x8snorm gives quant / 127.
fn token_scales(rows: vec4u) -> vec4f {
  return 127.0 * vec4f(scales[rows.x], scales[rows.y], scales[rows.z], scales[rows.w]);
}

// Four dimensions of four tokens, a token a column; their words start at `first`.
fn token_tile(first: vec4u, scale: vec4f, d: u32) -> mat4x4f {
  let at = first + d;
  return mat4x4f(
    unpack4x8snorm(quants[at.x]) * scale.x,
    unpack4x8snorm(quants[at.y]) * scale.y,
    unpack4x8snorm(quants[at.z]) * scale.z,
    unpack4x8snorm(quants[at.w]) * scale.w,
  );
}

// Four dimensions of four queries, `stride` apart, transposed so that `tile * tokens` contracts over dimensions.
fn query_tile(at: u32, stride: u32) -> mat4x4f {
  return transpose(mat4x4f(queries[at], queries[at + stride], queries[at + 2u * stride], queries[at + 3u * stride]));
}
