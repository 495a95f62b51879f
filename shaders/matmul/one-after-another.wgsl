// matmul/one-after-another: turns of column-tiles.wgsl on two pairs of tiles: while one is multiplied the other is written

const pairs = 2u;
const parts = 1u;

fn summed(p: Product, lane: u32) -> Product {
  return p;
}
