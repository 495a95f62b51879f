// The self-test cases of the gated short convolution.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { shortConvolutionCarryTwin, shortConvolutionMixTwin } from './short-convolution.ref.ts';
import { shortConvolutionCarry, shortConvolutionMix } from './short-convolution.ts';

const uniforms = { num_tokens: 5, hidden_size: 72, length: 3 };

export const shortConvolutionCases: Cases = {
  ...casesOf(shortConvolutionMix, (kernel) => ({
    kernel,
    twin: shortConvolutionMixTwin,
    uniforms,
    buffers: (random) => ({
      x: random.f32(5 * 3 * 72),
      w: random.f32(72 * 3),
      carried: random.f32(2 * 72),
      y: poisonF32(6 * 72),
    }),
    tolerance: 'elementwise-f32',
  })),
  ...casesOf(shortConvolutionCarry, (kernel) => ({
    kernel,
    twin: shortConvolutionCarryTwin,
    uniforms,
    buffers: (random) => ({ x: random.f32(5 * 3 * 72), carried: random.f32(3 * 72) }),
    tolerance: 'elementwise-f32',
  })),
};
