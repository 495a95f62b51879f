import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionFadeTwin } from './attention.ref.ts';
import { attentionFade } from './attention.ts';

const gpu = useGpu();

describe.each([
  [64, 0],
  [3, 0],
  [64, 1],
  [7, 1],
])('attention/fade, workgroup size %i, logs %i', (WORKGROUP_SIZE, LOGS) => {
  test.each([
    { num_rows: 1, num_columns: 1, stride: 1, steps: 0, fewer: 1, rate: 0.02 },
    { num_rows: 9, num_columns: 128, stride: 128, steps: 1023, fewer: 1, rate: 0.018 },
    { num_rows: 4, num_columns: 17, stride: 32, steps: 17, fewer: 1, rate: 0.2 },
    { num_rows: 3, num_columns: 96, stride: 160, steps: 64, fewer: 0, rate: 0.2 },
    // Nothing is left of most.
    { num_rows: 2, num_columns: 70, stride: 80, steps: 1000, fewer: 14, rate: 4.6 },
    // As it was.
    { num_rows: 2, num_columns: 5, stride: 6, steps: 9, fewer: 1, rate: 0 },
  ])('%j', (uniforms) =>
    gpu.compare({
      kernel: attentionFade.bodies.plain,
      twin: attentionFadeTwin,
      overrides: { WORKGROUP_SIZE, LOGS },
      uniforms,
      buffers: (random) => ({ x: random.f32(uniforms.num_rows * uniforms.stride) }),
      tolerance: 'elementwise-f32',
    }),
  );
});
