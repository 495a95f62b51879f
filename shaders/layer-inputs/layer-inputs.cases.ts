// The self-test case of layer-inputs.
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { layerInputsGateTwin } from './layer-inputs.ref.ts';
import { layerInputsGate } from './layer-inputs.ts';

export const layerInputsCases = casesOf(layerInputsGate, (kernel) => ({
  kernel,
  twin: layerInputsGateTwin,
  overrides: { ACTIVATION: 1 },
  uniforms: { first_token: 1, num_tokens: 3, size: 132, first_column: 132, row_stride: 3 * 132 },
  buffers: (random) => ({
    x: random.f32(5 * 132, 8),
    projected: random.f32(5 * 396),
    rows: random.f32(5 * 396),
    y: poisonF32(5 * 132),
  }),
  tolerance: 'elementwise-f32',
}));
