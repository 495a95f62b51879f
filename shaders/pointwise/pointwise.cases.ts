// The self-test case of pointwise.
import { casesOf } from '../testing/case.ts';
import { pointwiseTwin } from './pointwise.ref.ts';
import { pointwise } from './pointwise.ts';

export const pointwiseCases = casesOf(pointwise, (kernel) => ({
  kernel,
  twin: pointwiseTwin,
  overrides: { CAP: 1 },
  uniforms: { first_token: 1, num_tokens: 3, size: 133, factor: 2.5 },
  buffers: (random) => ({ y: random.f32(5 * 133, 20) }),
  tolerance: 'elementwise-f32',
}));
