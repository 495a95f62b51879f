// CPU twin of rms-norm: y[t, c] = x[t, c] * w[c] / sqrt(mean_c(x[t, c]^2) + eps)
import { at, type Twin } from '../testing/data.ts';
import type { rmsNorm } from './rms-norm.ts';

export const rmsNormTwin: Twin<typeof rmsNorm> = ({ x, w, y }, u) => {
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    const row = t * u.hidden_size;
    let sum = 0;
    for (let c = 0; c < u.hidden_size; c++) sum += at(x, row + c) ** 2;
    const factor = 1 / Math.sqrt(sum / u.hidden_size + u.eps);
    for (let c = 0; c < u.hidden_size; c++) y[row + c] = at(x, row + c) * at(w, c) * factor;
  }
};
