import { describe, test } from 'vitest';
import { poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { quantizeInputsTwin } from './quantize-inputs.ref.ts';
import { quantizeInputs } from './quantize-inputs.ts';

const gpu = useGpu();

describe.each([32, 5])('quantize-inputs, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { first_token: 0, num_tokens: 1, in_features: 32 },
    { first_token: 3, num_tokens: 17, in_features: 96 },
    { first_token: 1, num_tokens: 5, in_features: 576 },
  ])('%j', (shape) => {
    const length = (shape.first_token + shape.num_tokens + 1) * shape.in_features;
    return gpu.compare({
      kernel: quantizeInputs,
      twin: quantizeInputsTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      // Whole multiples of a scale that f32 divides exactly: no quotient is near a half, so every bit is determined.
      buffers: (random) => ({
        x: new Float32Array(length).map((_, i) => (i % 32 === 0 ? 127 : random.below(255) - 127) / 32),
        packed: poisonU32((10 * length) / 32),
      }),
      tolerance: 'exact',
    });
  });
});
