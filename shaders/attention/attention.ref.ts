// CPU twins of the stages of attention.
import { at, unspecified, type Twin } from '../testing/data.ts';
import type {
  attentionColumnSums,
  attentionFade,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from './attention.ts';

/**
 * s[h, r, j] = scale * q[first_token + r, h] . keys[kv(h), j] for the keys row r may see; for a kernel that leaves blocks of so many
 * rows and keys unwritten when no row of theirs may see them.
 */
export const attentionScoresTwin =
  (blockRows: number, blockKeys: number): Twin<typeof attentionScores> =>
  ({ q, keys, s }, u) => {
    const numRows = Math.min(blockRows * Math.ceil(u.num_tokens / blockRows), u.tile_rows);
    for (let h = 0; h < u.num_heads; h++) {
      const kvHead = Math.floor(h / u.group_size);
      for (let r = 0; r < numRows; r++) {
        const lastOfBlock = Math.min(r - (r % blockRows) + blockRows - 1, u.num_tokens - 1);
        const numWritten = blockKeys * Math.ceil((u.num_slots + u.first_token + lastOfBlock + 1) / blockKeys);
        const numVisible = r < u.num_tokens ? u.num_slots + u.first_token + r + 1 : 0;
        for (let j = 0; j < numWritten; j++) {
          let dot = 0;
          for (let d = 0; d < u.head_dim && j < numVisible; d++) {
            const queryAt = ((u.first_token + r) * u.num_heads + h) * u.head_dim + d;
            dot += at(q, queryAt) * at(keys, (kvHead * u.capacity + j) * u.head_dim + d);
          }
          s[(h * u.tile_rows + r) * u.key_stride + j] = j < numVisible ? u.scale * dot : unspecified;
        }
      }
    }
  };

/** exp(s - max) over the last `window` keys a row may see, 0 for others up to the block of the tile's last key, and 1 / sum. */
export const attentionSoftmaxTwin: Twin<typeof attentionSoftmax> = ({ s, factors }, u) => {
  const numWritten = 16 * Math.ceil((u.num_slots + u.first_token + u.num_tokens) / 16);
  for (let h = 0; h < u.num_heads; h++) {
    for (let r = 0; r < u.num_tokens; r++) {
      const base = (h * u.tile_rows + r) * u.key_stride;
      const numVisible = u.num_slots + u.first_token + r + 1;
      const first = Math.max(0, numVisible - u.window);
      let max = -Infinity;
      for (let j = first; j < numVisible; j++) max = Math.max(max, at(s, base + j));
      let sum = 0;
      for (let j = 0; j < numWritten; j++) {
        const p = j >= first && j < numVisible ? Math.exp(at(s, base + j) - max) : 0;
        s[base + j] = p;
        sum += p;
      }
      factors[h * u.tile_rows + r] = 1 / sum;
    }
  }
};

/** sums[g, j] += sum over the tile's rows and the group's heads of s[h, r, j] * factors[h, r] */
export const attentionColumnSumsTwin: Twin<typeof attentionColumnSums> = ({ s, factors, sums }, u) => {
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

/** What is left of x[r, c] after steps - fewer c queries, of which each leaves exp(-rate); by its log where x are logs. */
export const attentionFadeTwin: Twin<typeof attentionFade> = ({ x }, u, o) => {
  for (let r = 0; r < u.num_rows; r++) {
    for (let c = 0; c < u.num_columns; c++) {
      const i = r * u.stride + c;
      const steps = u.steps - u.fewer * c;
      x[i] = o.LOGS === 1 ? at(x, i) + u.rate * steps : at(x, i) * Math.exp(-u.rate) ** steps;
    }
  }
};

/** y[first_token + r, h] = factors[h, r] * sum_j s[h, r, j] * values[kv(h), j] */
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
