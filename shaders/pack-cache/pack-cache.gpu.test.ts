import { describe, test } from 'vitest';
import { rowWords } from '../lib/packed-rows.ref.ts';
import { poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { packCacheTwin } from './pack-cache.ref.ts';
import { packCache } from './pack-cache.ts';

const gpu = useGpu();

describe.each([16, 3])('pack-cache, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { first_slot: 0, num_slots: 1, num_kv_heads: 1, head_dim: 16 },
    { first_slot: 2, num_slots: 3, num_kv_heads: 5, head_dim: 8 },
    { first_slot: 0, num_slots: 9, num_kv_heads: 2, head_dim: 24 },
    { first_slot: 7, num_slots: 5, num_kv_heads: 3, head_dim: 64 },
    { first_slot: 1, num_slots: 17, num_kv_heads: 2, head_dim: 80 },
  ])('%j', (shape) => {
    const { first_slot, num_slots, num_kv_heads, head_dim } = shape;
    const capacity = first_slot + num_slots + 2;
    const rows = num_kv_heads * capacity;
    return gpu.compare({
      kernel: packCache,
      twin: packCacheTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity },
      // Whole multiples of a scale that f32 divides exactly: no quotient is near a half, and no low half either, so every bit is determined.
      buffers: (random) => {
        const whole = () =>
          new Float32Array(rows * head_dim).map(
            (_, i) => (i % head_dim === 5 ? 32767 : random.below(60_001) - 30_000) / 1024,
          );
        return { keys: whole(), values: whole(), packed: poisonU32(2 * rows * rowWords(head_dim)) };
      },
      tolerance: 'exact',
    });
  });
});
