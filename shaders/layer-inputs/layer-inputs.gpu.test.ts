import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { layerInputsGateTwin } from './layer-inputs.ref.ts';
import { layerInputsGate } from './layer-inputs.ts';

const gpu = useGpu();

describe.each([
  [64, 0],
  [5, 0],
  [64, 1],
])('layer-inputs/gate, workgroup size %i, activation %i', (WORKGROUP_SIZE, ACTIVATION) => {
  // The last one's gates are so far from zero that exp overflows.
  test.each([
    [{ first_token: 0, num_tokens: 1, size: 4, first_column: 0, row_stride: 4 }, 8],
    [{ first_token: 0, num_tokens: 3, size: 256, first_column: 256, row_stride: 768 }, 8],
    [{ first_token: 7, num_tokens: 17, size: 16, first_column: 96, row_stride: 112 }, 8],
    [{ first_token: 1, num_tokens: 2, size: 260, first_column: 0, row_stride: 260 }, 500],
  ] as const)('%j, gates of %i', (uniforms, scale) => {
    const { first_token, num_tokens, size, row_stride } = uniforms;
    const numRows = first_token + num_tokens + 1;
    return gpu.compare({
      kernel: layerInputsGate.bodies.plain,
      twin: layerInputsGateTwin,
      overrides: { WORKGROUP_SIZE, ACTIVATION },
      uniforms,
      buffers: (random) => ({
        x: random.f32(numRows * size, scale),
        projected: random.f32(numRows * row_stride),
        rows: random.f32(numRows * row_stride),
        y: poisonF32(numRows * size),
      }),
      tolerance: 'elementwise-f32',
    });
  });
});
