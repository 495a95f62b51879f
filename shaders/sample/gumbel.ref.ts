// CPU twin of gumbel.wgsl: the same hash bit for bit, the same noise in f64.
export function gumbel(key: readonly [number, number, number]): number {
  const u = ((hash(key) >>> 9) + 0.5) / 2 ** 23;
  return -Math.log(-Math.log1p(-u));
}

function hash(key: readonly [number, number, number]): number {
  const step = (word: number) => (Math.imul(word, 1664525) + 1013904223) | 0;
  let [x, y, z] = [step(key[0]), step(key[1]), step(key[2])];
  const mix = () => {
    x = (x + Math.imul(y, z)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
  };
  mix();
  [x, y, z] = [x ^ (x >>> 16), y ^ (y >>> 16), z ^ (z >>> 16)];
  mix();
  return z >>> 0;
}
