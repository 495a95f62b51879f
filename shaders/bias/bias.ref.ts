// CPU twin of bias: y[t, c] += b[c] for some columns
import { at, type Twin } from '../testing/data.ts';
import type { bias } from './bias.ts';

export const biasTwin: Twin<typeof bias> = ({ b, y }, u) => {
  for (let t = 0; t < u.num_tokens; t++) {
    for (let c = u.first_column; c < u.first_column + u.num_columns; c++) {
      const to = t * u.row_stride + c;
      y[to] = at(y, to) + at(b, c);
    }
  }
};
