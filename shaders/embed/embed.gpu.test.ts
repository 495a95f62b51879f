import { describe, test } from 'vitest';
import type { Grid } from '../kernel.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { embedExtractTwin, embedQuantizeTwin } from './embed.ref.ts';
import { embedExtract, embedQuantize } from './embed.ts';

const gpu = useGpu();

describe.each([32, 5])('embed/extract, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, row_stride: 4, column: 0, head_dim: 4, part: 0, num_parts: 1 },
    { num_tokens: 31, row_stride: 960, column: 896, head_dim: 64, part: 3, num_parts: 4 },
    { num_tokens: 32, row_stride: 400, column: 80, head_dim: 80, part: 1, num_parts: 4 },
    { num_tokens: 33, row_stride: 384, column: 256, head_dim: 128, part: 0, num_parts: 2 },
    { num_tokens: 257, row_stride: 48, column: 16, head_dim: 16, part: 1, num_parts: 3 },
  ])('%j', async (shape) => {
    await gpu.compare({
      kernel: embedExtract.bodies.plain,
      twin: embedExtractTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        // Token 0 is all zeros; norms differ by orders of magnitude.
        qkv: new Float32Array(shape.num_tokens * shape.row_stride).map((_, i) => {
          const token = Math.floor(i / shape.row_stride);
          return token === 0 ? 0 : (2 * random.next() - 1) * 10 ** ((token % 9) - 4);
        }),
        e: poisonF32((shape.num_tokens + 1) * shape.num_parts * shape.head_dim),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

const quantize = embedQuantize.bodies.plain;

describe.each([
  { WORKGROUP_SIZE: 32, kernel: quantize },
  { WORKGROUP_SIZE: 5, kernel: quantize },
  { WORKGROUP_SIZE: 32, kernel: { ...quantize, grid: (): Grid => [3, 4, 1] } },
])('embed/quantize, workgroup size $WORKGROUP_SIZE', ({ WORKGROUP_SIZE, kernel }) => {
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
