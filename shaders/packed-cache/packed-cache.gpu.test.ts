import { describe, test } from 'vitest';
import { randomRows, rowWords } from '../lib/packed-rows.ref.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { packedCachePackTwin, packedCacheUnpackTwin } from './packed-cache.ref.ts';
import { packedCachePack, packedCacheUnpack } from './packed-cache.ts';

const gpu = useGpu();

describe.each([16, 3])('packed-cache/pack, workgroup size %i', (WORKGROUP_SIZE) => {
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
      kernel: packedCachePack.bodies.plain,
      twin: packedCachePackTwin,
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

describe.each([64, 5])('packed-cache/unpack, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_slots: 1, num_kv_heads: 1, head_dim: 16 },
    { num_slots: 3, num_kv_heads: 5, head_dim: 8 },
    { num_slots: 9, num_kv_heads: 2, head_dim: 24 },
    { num_slots: 12, num_kv_heads: 3, head_dim: 64 },
    { num_slots: 33, num_kv_heads: 2, head_dim: 80 },
  ])('%j', (shape) => {
    const capacity = shape.num_slots + 3;
    const rows = shape.num_kv_heads * capacity;
    return gpu.compare({
      kernel: packedCacheUnpack.bodies.plain,
      twin: packedCacheUnpackTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity },
      buffers: (random) => ({
        packed: randomRows(random, 2 * rows, shape.head_dim),
        keys: poisonF32(rows * shape.head_dim),
        values: poisonF32(rows * shape.head_dim),
      }),
      tolerance: 'elementwise-f32',
    });
  });
});
