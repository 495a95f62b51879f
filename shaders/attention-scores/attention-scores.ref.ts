// CPU twin of attention-scores: s[h, r, j] = scale * q[first_token + r, h] . keys[kv(h), j] for the keys row r may see.
import { at, unspecified, type Twin } from '../testing/data.ts';
import type { attentionScores } from './attention-scores.ts';

/** For a kernel that leaves blocks of so many rows and keys unwritten when no row of theirs may see them. */
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
