// matmul/tiles-of-64: 64 tokens by 64 rows of weights a workgroup of 128 lanes, or of twice as many (split-k.wgsl), eight by four of it a lane

const quads = 16u;

// Of four tokens, then of the four 32 behind; each with four rows of the tile.
struct Product {
  a: vec4f, b: vec4f, c: vec4f, d: vec4f,
  e: vec4f, f: vec4f, g: vec4f, h: vec4f,
}

fn with_column(p: Product, x0: vec4f, x1: vec4f, w: vec4f) -> Product {
  return Product(
    fma(x0.xxxx, w, p.a), fma(x0.yyyy, w, p.b), fma(x0.zzzz, w, p.c), fma(x0.wwww, w, p.d),
    fma(x1.xxxx, w, p.e), fma(x1.yyyy, w, p.f), fma(x1.zzzz, w, p.g), fma(x1.wwww, w, p.h),
  );
}

// p + the products of four columns. Spelt out, so that no compiler counts.
fn multiplied(p: Product, pair: u32, strip: u32, lane: u32) -> Product {
  let w = place(across(lane), strip) & 15u;
  let t = place(down(lane), strip) & 7u;
  let p0 = with_column(
    p, vec4f(tiles[pair][1][strip][0][t]), vec4f(tiles[pair][1][strip][0][t | 8u]), vec4f(tiles[pair][0][strip][0][w]),
  );
  let p1 = with_column(
    p0, vec4f(tiles[pair][1][strip][1][t]), vec4f(tiles[pair][1][strip][1][t | 8u]), vec4f(tiles[pair][0][strip][1][w]),
  );
  let p2 = with_column(
    p1, vec4f(tiles[pair][1][strip][2][t]), vec4f(tiles[pair][1][strip][2][t | 8u]), vec4f(tiles[pair][0][strip][2][w]),
  );
  return with_column(
    p2, vec4f(tiles[pair][1][strip][3][t]), vec4f(tiles[pair][1][strip][3][t | 8u]), vec4f(tiles[pair][0][strip][3][w]),
  );
}

// `store_token` takes what a lane has of a token, from its `output` on, and is store.wgsl's or the body's; of halves that met the second stores nothing.
fn store_product(token: u32, output: u32, lane: u32, p: Product) {
  if (lane >= 8u * quads) {
    return;
  }
  let t = token + 4u * down(lane);
  store_token(t, output, p.a);
  store_token(t + 1u, output, p.b);
  store_token(t + 2u, output, p.c);
  store_token(t + 3u, output, p.d);
  store_token(t + 32u, output, p.e);
  store_token(t + 33u, output, p.f);
  store_token(t + 34u, output, p.g);
  store_token(t + 35u, output, p.h);
}
