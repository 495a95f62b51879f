// CPU twin of attention-values: y[first_token + r, h] = factors[h, r] * sum_j s[h, r, j] * values[kv(h), j]
import { at, type Twin } from '../testing/data.ts';
import type { attentionValues } from './attention-values.ts';

export const attentionValuesTwin: Twin<typeof attentionValues> = ({ s, factors, values, y }, u) => {
  for (let h = 0; h < u.num_heads; h++) {
    const kvHead = Math.floor(h / u.group_size);
    for (let r = 0; r < u.num_tokens; r++) {
      const numVisible = u.num_slots + u.first_token + r + 1;
      for (let d = 0; d < u.head_dim; d++) {
        let sum = 0;
        for (let j = 0; j < numVisible; j++) {
          const p = at(s, (h * u.tile_rows + r) * u.key_stride + j);
          sum += p * at(values, (kvHead * u.capacity + j) * u.head_dim + d);
        }
        y[((u.first_token + r) * u.num_heads + h) * u.head_dim + d] = sum * at(factors, h * u.tile_rows + r);
      }
    }
  }
};
