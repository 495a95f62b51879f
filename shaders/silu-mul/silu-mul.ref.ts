// CPU twin of silu-mul: y[t, c] = silu(gate[t, c]) * up[t, c], with x[t] = [gate[t], up[t]]
import { at, type Twin } from '../testing/data.ts';
import type { siluMul } from './silu-mul.ts';

export const siluMulTwin: Twin<typeof siluMul> = ({ x, y }, u) => {
  const size = u.intermediate_size;
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    for (let c = 0; c < size; c++) {
      const gate = at(x, t * 2 * size + c);
      const up = at(x, (t * 2 + 1) * size + c);
      y[t * size + c] = (gate / (1 + Math.exp(-gate))) * up;
    }
  }
};
