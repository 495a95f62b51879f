// The self-test cases of rms-norm.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { rmsNormHeadsTwin, rmsNormTwin } from './rms-norm.ref.ts';
import { rmsNorm, rmsNormHeads } from './rms-norm.ts';

export const rmsNormCases: Cases = {
  ...casesOf(rmsNorm, (kernel) => ({
    kernel,
    twin: rmsNormTwin,
    uniforms: { first_token: 1, num_tokens: 3, hidden_size: 132, eps: 1e-5, accumulate: 0 },
    buffers: (random) => ({ x: random.f32(5 * 132), w: random.f32(132), y: poisonF32(5 * 132) }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(rmsNormHeads, (kernel) => ({
    kernel,
    twin: rmsNormHeadsTwin,
    uniforms: {
      num_tokens: 3,
      first_head: 1,
      num_normed: 4,
      num_heads: 4,
      head_dim: 40,
      row_stride: 320,
      eps: 1e-6,
    },
    buffers: (random) => ({ x: random.f32(4 * 8 * 40), w: random.f32(80) }),
    tolerance: { x: 'reduction-f32' },
  })),
};
