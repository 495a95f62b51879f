// matmul/turns: 64 tokens by 64 rows of weights a workgroup of 128 lanes, 32 columns a turn
// needs     int8-product.wgsl, and a `store` of the body
//
// There are two tiles each: while one is multiplied the next is under way from the device's memory, and one barrier a turn is enough.

// Of eight tokens, eight apart; a component a row of the tile: lane % 16, then each sixteenth from there.
struct Product {
  a: vec4f, b: vec4f, c: vec4f, d: vec4f,
  e: vec4f, f: vec4f, g: vec4f, h: vec4f,
}

// Of tokens token .. token + 63 and the rows of outputs `n` on; all lanes of a workgroup call this together.
fn product(n: u32, token: u32, lane: u32) -> Product {
  let across = lane % 16u;
  let down = lane / 16u;
  keep(load(n, token, 0u, lane), 0u, lane);
  workgroupBarrier();
  var p: Product;
  var tile = 0u;
  for (var k = 0u; k < params.in_features; k += tile_k) {
    // Past the last columns there is nothing to come: what is loaded instead is not multiplied.
    let next = load(n, token, k + tile_k, lane);
    for (var unit = 0u; unit < units; unit++) {
      let w = rows_at(tile, across, unit);
      p.a = added(p.a, tile, down, unit, w);
      p.b = added(p.b, tile, down + 8u, unit, w);
      p.c = added(p.c, tile, down + 16u, unit, w);
      p.d = added(p.d, tile, down + 24u, unit, w);
      p.e = added(p.e, tile, down + 32u, unit, w);
      p.f = added(p.f, tile, down + 40u, unit, w);
      p.g = added(p.g, tile, down + 48u, unit, w);
      p.h = added(p.h, tile, down + 56u, unit, w);
    }
    tile = tile_size - tile;
    keep(next, tile, lane);
    workgroupBarrier();
  }
  return p;
}

// A lane's own: `store` takes four outputs of a token, sixteen apart, and is the body's.
fn store_product(n: u32, token: u32, lane: u32, p: Product) {
  let t = token + lane / 16u;
  let output = n + lane % 16u;
  store(t, output, p.a);
  store(t + 8u, output, p.b);
  store(t + 16u, output, p.c);
  store(t + 24u, output, p.d);
  store(t + 32u, output, p.e);
  store(t + 40u, output, p.f);
  store(t + 48u, output, p.g);
  store(t + 56u, output, p.h);
}
