// The self-test case of bias.
import { casesOf } from '../testing/case.ts';
import { biasTwin } from './bias.ref.ts';
import { bias } from './bias.ts';

export const biasCases = casesOf(bias, (kernel) => ({
  kernel,
  twin: biasTwin,
  uniforms: { num_tokens: 3, first_column: 8, num_columns: 132, row_stride: 144 },
  buffers: (random) => ({ b: random.f32(144), y: random.f32(4 * 144) }),
  tolerance: 'elementwise-f32',
}));
