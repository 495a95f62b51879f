import { describe, test } from 'vitest';
import { at, poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { evictCompactTwin } from './evict-compact.ref.ts';
import { evictCompact } from './evict-compact.ts';

const gpu = useGpu();

describe.each([32, 5])('evict-compact, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_entries: 1, num_slots: 0, num_heads: 1, num_kv_heads: 1, head_dim: 4, budget: 1 },
    { num_entries: 31, num_slots: 0, num_heads: 3, num_kv_heads: 1, head_dim: 16, budget: 16 },
    { num_entries: 32, num_slots: 1, num_heads: 9, num_kv_heads: 3, head_dim: 64, budget: 17 },
    { num_entries: 70, num_slots: 33, num_heads: 2, num_kv_heads: 2, head_dim: 80, budget: 33 },
    { num_entries: 257, num_slots: 200, num_heads: 8, num_kv_heads: 1, head_dim: 16, budget: 256 },
    { num_entries: 40, num_slots: 40, num_heads: 4, num_kv_heads: 4, head_dim: 128, budget: 40 },
  ])('%j', async (shape) => {
    const { num_entries, num_slots, num_heads, num_kv_heads, head_dim, budget } = shape;
    const capacity = num_entries + 3;
    await gpu.compare({
      kernel: evictCompact,
      twin: evictCompactTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity },
      buffers: (random) => {
        const flags = new Uint32Array(num_kv_heads * capacity);
        for (let head = 0; head < num_kv_heads; head++) {
          // Selection sampling; heads keep different numbers, so that the tails of next_kv stay untouched.
          let left = Math.max(budget - head, 0);
          for (let entry = 0; entry < num_entries; entry++) {
            flags[head * capacity + entry] = random.below(num_entries - entry) < left ? 1 : 0;
            left -= at(flags, head * capacity + entry);
          }
        }
        return {
          flags,
          sums: random.f32(num_kv_heads * capacity),
          kept_kv: random.f32(2 * num_kv_heads * budget * head_dim),
          qkv: random.f32((num_entries - num_slots + 1) * (num_heads + 2 * num_kv_heads) * head_dim),
          next_kv: poisonF32(2 * num_kv_heads * budget * head_dim),
          next_sums: poisonF32(num_kv_heads * budget),
        };
      },
      tolerance: 'exact',
    });
  });
});
