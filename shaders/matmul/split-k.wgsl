// matmul/split-k: turns of column-tiles.wgsl by two halves of a workgroup, each on sixteen columns and a pair of tiles of its own
// needs     tiles-of-64.wgsl, column-tiles.wgsl
//
// For matrices of so few outputs that a multiprocessor has one workgroup of 128 lanes or none: twice the lanes wait side by side.

const pairs = 2u;
const parts = 2u;

fn put(vector: u32, member: u32, sum: vec4f) {
  tiles[vector / 4u][vector / 2u % 2u][vector % 2u * 2u + member / 64u][member / 16u % 4u][member % 16u] = sum;
}

fn got(vector: u32, member: u32) -> vec4f {
  return tiles[vector / 4u][vector / 2u % 2u][vector % 2u * 2u + member / 64u][member / 16u % 4u][member % 16u];
}

// In the first half of the lanes. By way of the tiles, which are done with.
fn summed(p: Product, lane: u32) -> Product {
  let member = lane & 127u;
  if (lane != member) {
    put(0u, member, p.a); put(1u, member, p.b); put(2u, member, p.c); put(3u, member, p.d);
    put(4u, member, p.e); put(5u, member, p.f); put(6u, member, p.g); put(7u, member, p.h);
  }
  workgroupBarrier();
  return Product(
    p.a + got(0u, member), p.b + got(1u, member), p.c + got(2u, member), p.d + got(3u, member),
    p.e + got(4u, member), p.f + got(5u, member), p.g + got(6u, member), p.h + got(7u, member),
  );
}
