// The self-test case of gate-mul.
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { gateMulTwin } from './gate-mul.ref.ts';
import { gateMul } from './gate-mul.ts';

export const gateMulCases = casesOf(gateMul, (kernel) => ({
  kernel,
  twin: gateMulTwin,
  uniforms: { first_token: 1, num_tokens: 3, intermediate_size: 132 },
  buffers: (random) => ({ x: random.f32(5 * 264, 8), y: poisonF32(5 * 132) }),
  tolerance: 'elementwise-f32',
}));
