// CPU twins of rms-norm: of rows, and of heads in place.
import { at, type Twin } from '../testing/data.ts';
import type { rmsNorm, rmsNormHeads } from './rms-norm.ts';

/** y[t, c] (+)= x[t, c] * w[c] / sqrt(mean_c(x[t, c]^2) + eps) */
export const rmsNormTwin: Twin<typeof rmsNorm> = ({ x, w, y }, u) => {
  for (let t = u.first_token; t < u.first_token + u.num_tokens; t++) {
    const row = t * u.hidden_size;
    let sum = 0;
    for (let c = 0; c < u.hidden_size; c++) sum += at(x, row + c) ** 2;
    const factor = 1 / Math.sqrt(sum / u.hidden_size + u.eps);
    for (let c = 0; c < u.hidden_size; c++) {
      const value = at(x, row + c) * at(w, c) * factor;
      y[row + c] = u.accumulate === 1 ? at(y, row + c) + value : value;
    }
  }
};

/** The same for single heads, query heads by the first row of w and key heads by the second. */
export const rmsNormHeadsTwin: Twin<typeof rmsNormHeads> = ({ x, w }, u) => {
  for (let t = 0; t < u.num_tokens; t++) {
    for (let head = u.first_head; head < u.first_head + u.num_normed; head++) {
      const from = t * u.row_stride + head * u.head_dim;
      const weights = head < u.num_heads ? 0 : u.head_dim;
      let sum = 0;
      for (let d = 0; d < u.head_dim; d++) sum += at(x, from + d) ** 2;
      const factor = 1 / Math.sqrt(sum / u.head_dim + u.eps);
      for (let d = 0; d < u.head_dim; d++) x[from + d] = at(x, from + d) * at(w, weights + d) * factor;
    }
  }
};
