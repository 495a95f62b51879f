// CPU twin of pointwise: CAP 0: y[t, c] <- factor y[t, c]; 1: y[t, c] <- factor tanh(y[t, c] / factor)
import { at, type Twin } from '../testing/data.ts';
import type { pointwise } from './pointwise.ts';

export const pointwiseTwin: Twin<typeof pointwise> = ({ y }, u, o) => {
  for (let i = u.first_token * u.size; i < (u.first_token + u.num_tokens) * u.size; i++) {
    const v = at(y, i);
    y[i] = o.CAP === 1 ? u.factor * Math.tanh(v / u.factor) : u.factor * v;
  }
};
