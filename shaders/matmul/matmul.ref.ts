// CPU twins of matmul and of its gated form.
import { activate } from '../lib/activation.ref.ts';
import { weightAt } from '../lib/weights.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { matmul, matmulGated } from './matmul.ts';

/** y[t, out_offset + n] (+)= sum_k x[t, k] * w[weight_row + n, k] */
export const matmulTwin: Twin<typeof matmul> = ({ quants, scales, x, y }, u, o) => {
  const K = u.in_features;
  for (let n = 0; n < u.out_features; n++) {
    const w = new Float64Array(K).map((_, k) => weightAt(quants, scales, o, K, u.weight_row + n, k));
    for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += at(x, t * K + k) * at(w, k);
      const to = t * u.out_stride + u.out_offset + n;
      y[to] = u.accumulate === 1 ? at(y, to) + sum : sum;
    }
  }
};

/** y[t, n] = activated(w[n] . x[t]) * (w[out_features + n] . x[t]) */
export const matmulGatedTwin: Twin<typeof matmulGated> = ({ quants, scales, x, y }, u, o) => {
  const product = (t: number, row: number) => {
    let sum = 0;
    for (let k = 0; k < u.in_features; k++)
      sum += at(x, t * u.in_features + k) * weightAt(quants, scales, o, u.in_features, row, k);
    return sum;
  };
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    for (let n = 0; n < u.out_features; n++) {
      const gate = activate(product(t, n), o.ACTIVATION);
      y[t * u.out_features + n] = gate * product(t, u.out_features + n);
    }
  }
};
