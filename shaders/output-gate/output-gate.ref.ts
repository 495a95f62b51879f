// CPU twin of output-gate: y[t, c] <- y[t, c] * gate(x[t, first_column + c])
import { at, type Twin } from '../testing/data.ts';
import type { outputGate } from './output-gate.ts';

export const outputGateTwin: Twin<typeof outputGate> = ({ x, y }, u, o) => {
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    for (let c = 0; c < u.num_columns; c++) {
      const v = at(x, t * u.row_stride + u.first_column + c);
      const gate = (o.GATE === 1 ? v : 1) / (1 + Math.exp(-v));
      y[t * u.num_columns + c] = at(y, t * u.num_columns + c) * gate;
    }
  }
};
