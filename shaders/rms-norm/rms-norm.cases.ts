// The self-test case of rms-norm.
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { rmsNormTwin } from './rms-norm.ref.ts';
import { rmsNorm } from './rms-norm.ts';

export const rmsNormCases = casesOf(rmsNorm, (kernel) => ({
  kernel,
  twin: rmsNormTwin,
  uniforms: { first_token: 1, num_tokens: 3, hidden_size: 132, eps: 1e-5 },
  buffers: (random) => ({ x: random.f32(5 * 132), w: random.f32(132), y: poisonF32(5 * 132) }),
  tolerance: 'reduction-f32',
}));
