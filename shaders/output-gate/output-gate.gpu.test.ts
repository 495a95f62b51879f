import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { outputGateTwin } from './output-gate.ref.ts';
import { outputGate } from './output-gate.ts';

const gpu = useGpu();

describe.each([
  [64, 0],
  [5, 0],
  [64, 1],
])('output-gate, workgroup size %i, gate %i', (WORKGROUP_SIZE, GATE) => {
  // The last one's gates are so far from zero that exp overflows.
  test.each([
    [{ first_token: 0, num_tokens: 1, first_column: 0, num_columns: 4, row_stride: 4 }, 8],
    [{ first_token: 0, num_tokens: 3, first_column: 4, num_columns: 252, row_stride: 260 }, 8],
    [{ first_token: 7, num_tokens: 17, first_column: 0, num_columns: 256, row_stride: 256 }, 8],
    [{ first_token: 1, num_tokens: 2, first_column: 64, num_columns: 260, row_stride: 324 }, 500],
  ] as const)('%j, gates of %i', (uniforms, scale) => {
    const { first_token, num_tokens, num_columns, row_stride } = uniforms;
    return gpu.compare({
      kernel: outputGate.bodies.plain,
      twin: outputGateTwin,
      overrides: { WORKGROUP_SIZE, GATE },
      uniforms,
      buffers: (random) => ({
        x: random.f32((first_token + num_tokens) * row_stride, scale),
        y: random.f32((first_token + num_tokens + 1) * num_columns),
      }),
      tolerance: 'elementwise-f32',
    });
  });
});
