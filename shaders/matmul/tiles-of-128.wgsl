// matmul/tiles-of-128: 128 tokens by 128 rows of weights a workgroup of 256 lanes, eight by eight of it a lane

const quads = 32u;
// Two would take more workgroup memory than every device has.
const pairs = 1u;
const parts = 1u;

// Of four tokens, then of the four 64 behind; each with four rows of the tile, then the four 64 behind.
struct Product {
  a0: vec4f, a1: vec4f, b0: vec4f, b1: vec4f, c0: vec4f, c1: vec4f, d0: vec4f, d1: vec4f,
  e0: vec4f, e1: vec4f, f0: vec4f, f1: vec4f, g0: vec4f, g1: vec4f, h0: vec4f, h1: vec4f,
}

fn with_column(p: Product, x0: vec4f, x1: vec4f, w0: vec4f, w1: vec4f) -> Product {
  return Product(
    fma(x0.xxxx, w0, p.a0), fma(x0.xxxx, w1, p.a1), fma(x0.yyyy, w0, p.b0), fma(x0.yyyy, w1, p.b1),
    fma(x0.zzzz, w0, p.c0), fma(x0.zzzz, w1, p.c1), fma(x0.wwww, w0, p.d0), fma(x0.wwww, w1, p.d1),
    fma(x1.xxxx, w0, p.e0), fma(x1.xxxx, w1, p.e1), fma(x1.yyyy, w0, p.f0), fma(x1.yyyy, w1, p.f1),
    fma(x1.zzzz, w0, p.g0), fma(x1.zzzz, w1, p.g1), fma(x1.wwww, w0, p.h0), fma(x1.wwww, w1, p.h1),
  );
}

// p + the products of four columns. Spelt out, so that no compiler counts.
fn multiplied(p: Product, pair: u32, strip: u32, lane: u32) -> Product {
  let w = place(across(lane), strip) & 15u;
  let t = place(down(lane), strip) & 15u;
  let p0 = with_column(
    p,
    vec4f(tiles[pair][1][strip][0][t]), vec4f(tiles[pair][1][strip][0][t | 16u]),
    vec4f(tiles[pair][0][strip][0][w]), vec4f(tiles[pair][0][strip][0][w | 16u]),
  );
  let p1 = with_column(
    p0,
    vec4f(tiles[pair][1][strip][1][t]), vec4f(tiles[pair][1][strip][1][t | 16u]),
    vec4f(tiles[pair][0][strip][1][w]), vec4f(tiles[pair][0][strip][1][w | 16u]),
  );
  let p2 = with_column(
    p1,
    vec4f(tiles[pair][1][strip][2][t]), vec4f(tiles[pair][1][strip][2][t | 16u]),
    vec4f(tiles[pair][0][strip][2][w]), vec4f(tiles[pair][0][strip][2][w | 16u]),
  );
  return with_column(
    p2,
    vec4f(tiles[pair][1][strip][3][t]), vec4f(tiles[pair][1][strip][3][t | 16u]),
    vec4f(tiles[pair][0][strip][3][w]), vec4f(tiles[pair][0][strip][3][w | 16u]),
  );
}

// `store_eight` takes four outputs of a token with the four 64 behind, and is the body's.
fn store_product(n: u32, token: u32, lane: u32, p: Product) {
  let t = token + 4u * down(lane);
  let output = n + 4u * across(lane);
  store_eight(t, output, p.a0, p.a1);
  store_eight(t + 1u, output, p.b0, p.b1);
  store_eight(t + 2u, output, p.c0, p.c1);
  store_eight(t + 3u, output, p.d0, p.d1);
  store_eight(t + 64u, output, p.e0, p.e1);
  store_eight(t + 65u, output, p.f0, p.f1);
  store_eight(t + 66u, output, p.g0, p.g1);
  store_eight(t + 67u, output, p.h0, p.h1);
}
