import { describe, test } from 'vitest';
import type { Grid } from '../kernel.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { embedQuantizeTwin } from './embed-quantize.ref.ts';
import { embedQuantize } from './embed-quantize.ts';

const gpu = useGpu();

describe.each([
  { WORKGROUP_SIZE: 32, kernel: embedQuantize },
  { WORKGROUP_SIZE: 5, kernel: embedQuantize },
  { WORKGROUP_SIZE: 32, kernel: { ...embedQuantize, grid: (): Grid => [3, 4, 1] } },
])('embed-quantize, workgroup size $WORKGROUP_SIZE', ({ WORKGROUP_SIZE, kernel }) => {
  test.each([
    { num_rows: 1, head_dim: 4 },
    { num_rows: 31, head_dim: 64 },
    { num_rows: 32, head_dim: 80 },
    { num_rows: 33, head_dim: 128 },
    { num_rows: 257, head_dim: 16 },
  ])('%j', async (shape) => {
    await gpu.compare({
      kernel,
      twin: embedQuantizeTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        // Row 0 is all zeros.
        e: random.f32(shape.num_rows * shape.head_dim).fill(0, 0, shape.head_dim),
        quants: poisonU32(((shape.num_rows + 1) * shape.head_dim) / 4),
        scales: poisonF32(shape.num_rows + 1),
      }),
      tolerance: { quants: 'int8-storage', scales: 'elementwise-f32' },
    });
  });
});
