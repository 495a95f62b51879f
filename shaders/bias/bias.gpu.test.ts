import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { biasTwin } from './bias.ref.ts';
import { bias } from './bias.ts';

const gpu = useGpu();

describe.each([64, 5])('bias, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, first_column: 0, num_columns: 4, row_stride: 4 },
    { num_tokens: 3, first_column: 0, num_columns: 252, row_stride: 252 },
    { num_tokens: 17, first_column: 64, num_columns: 256, row_stride: 1152 },
    { num_tokens: 2, first_column: 4, num_columns: 260, row_stride: 264 },
  ])('%j', (shape) =>
    gpu.compare({
      kernel: bias.bodies.plain,
      twin: biasTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        b: random.f32(shape.row_stride),
        y: random.f32((shape.num_tokens + 1) * shape.row_stride),
      }),
      tolerance: 'elementwise-f32',
    }),
  );
});
