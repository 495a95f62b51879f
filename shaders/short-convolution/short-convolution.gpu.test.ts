import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { shortConvolutionCarryTwin, shortConvolutionMixTwin } from './short-convolution.ref.ts';
import { shortConvolutionCarry, shortConvolutionMix } from './short-convolution.ts';

const gpu = useGpu();

describe.each([64, 5])('short convolution, workgroup size %i', (WORKGROUP_SIZE) => {
  // Fewer tokens than are carried, as many, more; the length of LFM2, and longer ones.
  test.each([
    { num_tokens: 1, hidden_size: 4, length: 3 },
    { num_tokens: 2, hidden_size: 64, length: 3 },
    { num_tokens: 17, hidden_size: 260, length: 3 },
    { num_tokens: 2, hidden_size: 8, length: 7 },
    { num_tokens: 6, hidden_size: 8, length: 7 },
  ])('%j', async (shape) => {
    const { num_tokens, hidden_size, length } = shape;
    const common = { overrides: { WORKGROUP_SIZE }, uniforms: shape, tolerance: 'elementwise-f32' } as const;
    await gpu.compare({
      ...common,
      kernel: shortConvolutionMix.bodies.plain,
      twin: shortConvolutionMixTwin,
      buffers: (random) => ({
        x: random.f32(3 * num_tokens * hidden_size),
        w: random.f32(hidden_size * length),
        carried: random.f32((length - 1) * hidden_size),
        y: poisonF32((num_tokens + 1) * hidden_size),
      }),
    });
    await gpu.compare({
      ...common,
      kernel: shortConvolutionCarry.bodies.plain,
      twin: shortConvolutionCarryTwin,
      buffers: (random) => ({
        x: random.f32(3 * num_tokens * hidden_size),
        carried: random.f32(length * hidden_size),
      }),
    });
  });
});
