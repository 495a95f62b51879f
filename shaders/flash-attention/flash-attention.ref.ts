// CPU twins of attention in one dispatch, straight loops.
import { at, type Twin } from '../testing/data.ts';
import type { flashAttentionOutput, flashAttentionReceived, flashAttentionWeigh } from './flash-attention.ts';

type Shape = Parameters<Twin<typeof flashAttentionOutput>>[1];

/** Scores of a row: of the last `window` keys up to the token's own, by key. */
function visibleScores(
  { q, keys }: { readonly q: ArrayLike<number>; readonly keys: ArrayLike<number> },
  u: Shape,
  token: number,
  head: number,
): Map<number, number> {
  const end = u.num_slots + token + 1;
  const kvHead = Math.floor(head / u.group_size);
  const scores = new Map<number, number>();
  for (let j = Math.max(0, end - u.window); j < end; j++) {
    let dot = 0;
    for (let d = 0; d < u.head_dim; d++) {
      const query = at(q, (token * u.num_heads + head) * u.head_dim + d);
      dot += query * at(keys, (kvHead * u.capacity + j) * u.head_dim + d);
    }
    scores.set(j, u.scale * dot);
  }
  return scores;
}

/** y[t, h] = softmax(scale * q . k) v, and the log of what softmax divides by. */
export const flashAttentionOutputTwin: Twin<typeof flashAttentionOutput> = (
  { values, y, norms, ...data },
  u,
) => {
  for (let r = 0; r < u.num_tokens; r++) {
    const token = u.first_token + r;
    for (let head = 0; head < u.num_heads; head++) {
      const kvHead = Math.floor(head / u.group_size);
      const scores = visibleScores(data, u, token, head);
      const max = Math.max(...scores.values());
      let total = 0;
      for (const score of scores.values()) total += Math.exp(score - max);
      norms[head * u.tile_rows + r] = max + Math.log(total);
      for (let d = 0; d < u.head_dim; d++) {
        let sum = 0;
        for (const [j, score] of scores)
          sum += (Math.exp(score - max) / total) * at(values, (kvHead * u.capacity + j) * u.head_dim + d);
        y[(token * u.num_heads + head) * u.head_dim + d] = sum;
      }
    }
  }
};

/** y and norms over the same keys and `more` more that are that of slot 0. */
export const flashAttentionWeighTwin: Twin<typeof flashAttentionWeigh> = (
  { q, keys, values, y, norms },
  u,
) => {
  for (let r = 0; r < u.num_tokens; r++) {
    for (let head = 0; head < u.num_heads; head++) {
      const query = ((u.first_token + r) * u.num_heads + head) * u.head_dim;
      const key = Math.floor(head / u.group_size) * u.capacity * u.head_dim;
      let dot = 0;
      for (let d = 0; d < u.head_dim; d++) dot += at(q, query + d) * at(keys, key + d);
      const total = Math.exp(at(norms, head * u.tile_rows + r));
      const added = u.more * Math.exp(u.scale * dot);
      norms[head * u.tile_rows + r] = Math.log(total + added);
      for (let d = 0; d < u.head_dim; d++)
        y[query + d] = (total * at(y, query + d) + added * at(values, key + d)) / (total + added);
    }
  }
};

/** sums[g, j] += sum over tokens and heads of the groups together of exp(scale * q . k - norm) */
export const flashAttentionReceivedTwin: Twin<typeof flashAttentionReceived> = (
  { norms, sums, ...data },
  u,
) => {
  for (let head = 0; head < u.num_heads; head++) {
    const row = Math.floor(head / u.group_size / u.kv_heads_together) * u.capacity;
    for (let r = 0; r < u.num_tokens; r++) {
      const norm = at(norms, head * u.tile_rows + r);
      for (const [j, score] of visibleScores(data, u, u.first_token + r, head))
        sums[row + j] = at(sums, row + j) + Math.exp(score - norm);
    }
  }
};
