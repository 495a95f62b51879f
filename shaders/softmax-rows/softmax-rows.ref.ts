// CPU twin of softmax-rows: exp(s - max) over the keys a row may see, 0 up to the block of the tile's last key, and 1 / sum.
import { at, type Twin } from '../testing/data.ts';
import type { softmaxRows } from './softmax-rows.ts';

export const softmaxRowsTwin: Twin<typeof softmaxRows> = ({ s, factors }, u) => {
  const numWritten = 16 * Math.ceil((u.num_slots + u.first_token + u.num_tokens) / 16);
  for (let h = 0; h < u.num_heads; h++) {
    for (let r = 0; r < u.num_tokens; r++) {
      const base = (h * u.tile_rows + r) * u.key_stride;
      const numVisible = u.num_slots + u.first_token + r + 1;
      let max = -Infinity;
      for (let j = 0; j < numVisible; j++) max = Math.max(max, at(s, base + j));
      let sum = 0;
      for (let j = 0; j < numWritten; j++) {
        const p = j < numVisible ? Math.exp(at(s, base + j) - max) : 0;
        s[base + j] = p;
        sum += p;
      }
      factors[h * u.tile_rows + r] = 1 / sum;
    }
  }
};
