// The self-test cases of the packed cache.
import { randomRows, rowWords } from '../lib/packed-rows.ref.ts';
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { packedCachePackTwin, packedCacheUnpackTwin } from './packed-cache.ref.ts';
import { packedCachePack, packedCacheUnpack } from './packed-cache.ts';

const cache = { num_kv_heads: 2, head_dim: 64, capacity: 12 };
const rows = cache.num_kv_heads * cache.capacity;

/** Quotients that f32 gives exactly, none near a half. */
const whole = (seed: number) =>
  new Float32Array(rows * cache.head_dim).map((_, i) =>
    i % cache.head_dim === 5 ? 32767 : ((i * seed) % 60_001) - 30_000,
  );

export const packedCacheCases: Cases = {
  ...casesOf(packedCachePack, (kernel) => ({
    kernel,
    twin: packedCachePackTwin,
    uniforms: { ...cache, first_slot: 3, num_slots: 7 },
    buffers: () => ({
      keys: whole(7919),
      values: whole(104_729),
      packed: poisonU32(2 * rows * rowWords(cache.head_dim)),
    }),
    tolerance: 'exact',
  })),
  ...casesOf(packedCacheUnpack, (kernel) => ({
    kernel,
    twin: packedCacheUnpackTwin,
    uniforms: { ...cache, num_slots: 9 },
    buffers: (random) => ({
      packed: randomRows(random, 2 * rows, cache.head_dim),
      keys: poisonF32(rows * cache.head_dim),
      values: poisonF32(rows * cache.head_dim),
    }),
    tolerance: 'elementwise-f32',
  })),
};
