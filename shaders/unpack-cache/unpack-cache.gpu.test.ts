import { describe, test } from 'vitest';
import { randomRows } from '../lib/packed-rows.ref.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { unpackCacheTwin } from './unpack-cache.ref.ts';
import { unpackCache } from './unpack-cache.ts';

const gpu = useGpu();

describe.each([64, 5])('unpack-cache, workgroup size %i', (WORKGROUP_SIZE) => {
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
      kernel: unpackCache,
      twin: unpackCacheTwin,
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
