// The self-test cases of eviction.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { evictCompactTwin, evictSelectTwin } from './evict.ref.ts';
import { evictCompact, evictSelect } from './evict.ts';

export const evictCases: Cases = {
  ...casesOf(evictSelect, (kernel) => ({
    kernel,
    twin: evictSelectTwin,
    uniforms: { num_entries: 70, num_kv_heads: 2, keep: 40, recent: 10, capacity: 75 },
    buffers: (random) => ({
      sums: random.f32(150).map((_, i) => (i % 3 === 0 ? 0.5 : random.next())),
      flags: poisonU32(150),
    }),
    tolerance: 'exact',
  })),
  ...casesOf(evictCompact, (kernel) => ({
    kernel,
    twin: evictCompactTwin,
    uniforms: {
      num_entries: 70,
      num_slots: 33,
      num_heads: 4,
      num_kv_heads: 2,
      head_dim: 64,
      budget: 33,
      capacity: 75,
    },
    buffers: (random) => ({
      flags: new Uint32Array(150).map((_, i) => (i % 75 < 66 && i % 2 === 0 ? 1 : 0)),
      sums: random.f32(150),
      kept_kv: random.f32(2 * 2 * 33 * 64),
      qkv: random.f32(38 * 8 * 64),
      next_kv: poisonF32(2 * 2 * 33 * 64),
      next_sums: poisonF32(2 * 33),
    }),
    tolerance: 'exact',
  })),
};
