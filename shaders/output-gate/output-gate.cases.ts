// The self-test case of output-gate.
import { casesOf } from '../testing/case.ts';
import { outputGateTwin } from './output-gate.ref.ts';
import { outputGate } from './output-gate.ts';

export const outputGateCases = casesOf(outputGate, (kernel) => ({
  kernel,
  twin: outputGateTwin,
  uniforms: { first_token: 1, num_tokens: 3, first_column: 8, num_columns: 132, row_stride: 144 },
  buffers: (random) => ({ x: random.f32(4 * 144, 8), y: random.f32(5 * 132) }),
  tolerance: 'elementwise-f32',
}));
