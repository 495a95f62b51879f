// CPU twin of matvec-gated: y[n] = silu(w[n] . x) * (w[out_features + n] . x)
import { weightAt } from '../lib/weights.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { matvecGated } from './matvec-gated.ts';

export const matvecGatedTwin: Twin<typeof matvecGated> = ({ quants, scales, x, y }, u, o) => {
  const product = (row: number) => {
    let sum = 0;
    for (let k = 0; k < u.in_features; k++)
      sum += at(x, k) * weightAt(quants, scales, o, u.in_features, row, k);
    return sum;
  };
  for (let n = 0; n < u.out_features; n++) {
    const gate = product(n);
    y[n] = (gate / (1 + Math.exp(-gate))) * product(u.out_features + n);
  }
};
