// CPU twin of column-sums: sums[g, j] += sum over the tile's rows and the group's heads of s[h, r, j] * factors[h, r]
import { at, type Twin } from '../testing/data.ts';
import type { columnSums } from './column-sums.ts';

export const columnSumsTwin: Twin<typeof columnSums> = ({ s, factors, sums }, u) => {
  for (let g = 0; g < u.num_kv_heads; g++) {
    for (let j = 0; j < u.num_keys; j++) {
      let sum = 0;
      for (let h = g * u.group_size; h < (g + 1) * u.group_size; h++) {
        for (let r = 0; r < u.num_tokens; r++) {
          const row = h * u.tile_rows + r;
          sum += at(s, row * u.key_stride + j) * at(factors, row);
        }
      }
      sums[g * u.capacity + j] = at(sums, g * u.capacity + j) + sum;
    }
  }
};
