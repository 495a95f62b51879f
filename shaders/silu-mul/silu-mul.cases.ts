// The self-test case of silu-mul.
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { siluMulTwin } from './silu-mul.ref.ts';
import { siluMul } from './silu-mul.ts';

export const siluMulCases = casesOf(siluMul, (kernel) => ({
  kernel,
  twin: siluMulTwin,
  uniforms: { first_token: 1, num_tokens: 3, intermediate_size: 132 },
  buffers: (random) => ({ x: random.f32(5 * 264, 8), y: poisonF32(5 * 132) }),
  tolerance: 'elementwise-f32',
}));
