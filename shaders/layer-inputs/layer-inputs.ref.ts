// CPU twin of layer-inputs/gate: y[t, c] = activated(x[t, c]) * (projected[t, first_column + c] + rows[t, first_column + c])
import { activate } from '../lib/activation.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { layerInputsGate } from './layer-inputs.ts';

export const layerInputsGateTwin: Twin<typeof layerInputsGate> = ({ x, projected, rows, y }, u, o) => {
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    for (let c = 0; c < u.size; c++) {
      const input = t * u.row_stride + u.first_column + c;
      y[t * u.size + c] =
        activate(at(x, t * u.size + c), o.ACTIVATION) * (at(projected, input) + at(rows, input));
    }
  }
};
