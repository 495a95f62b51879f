// CPU twin of gate-mul: y[t, c] = activated(gate[t, c]) * up[t, c], with x[t] = [gate[t], up[t]]
import { activate } from '../lib/activation.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { gateMul } from './gate-mul.ts';

export const gateMulTwin: Twin<typeof gateMul> = ({ x, y }, u, o) => {
  const size = u.intermediate_size;
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    for (let c = 0; c < size; c++) {
      const gate = at(x, t * 2 * size + c);
      const up = at(x, (t * 2 + 1) * size + c);
      y[t * size + c] = activate(gate, o.ACTIVATION) * up;
    }
  }
};
