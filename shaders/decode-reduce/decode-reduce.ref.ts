// CPU twin of decode-reduce: the splits' outputs on one scale, over their sum.
import { partialVectors } from '../decode-attention/decode-attention.ts';
import { at, type Twin } from '../testing/data.ts';
import type { decodeReduce } from './decode-reduce.ts';

export const decodeReduceTwin: Twin<typeof decodeReduce> = ({ partial, y }, u) => {
  for (let head = 0; head < u.num_heads; head++) {
    const inGroup = head % u.group_size;
    const block = Math.floor(head / u.group_size) * Math.ceil(u.group_size / 4) + Math.floor(inGroup / 4);
    const stats = Array.from({ length: u.num_splits }, (_, split) => {
      const from = 4 * (block * u.num_splits + split) * partialVectors(u.head_dim);
      const slot = inGroup % 4;
      return {
        output: from + slot * u.head_dim,
        top: at(partial, from + 4 * u.head_dim + slot),
        sum: at(partial, from + 4 * u.head_dim + 4 + slot),
      };
    });
    const top = Math.max(...stats.map((split) => split.top));
    const total = stats.reduce((sum, split) => sum + Math.exp(split.top - top) * split.sum, 0);
    for (let d = 0; d < u.head_dim; d++) {
      y[head * u.head_dim + d] =
        stats.reduce((sum, split) => sum + Math.exp(split.top - top) * at(partial, split.output + d), 0) /
        total;
    }
  }
};
