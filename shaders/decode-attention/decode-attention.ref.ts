// CPU twin of decode-attention: each split of the keys with its own maximum, four query heads side by side.
import { rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import { partialVectors, type decodeAttention } from './decode-attention.ts';

export const decodeAttentionTwin: Twin<typeof decodeAttention> = (buffers, u) =>
  attendInSplits(buffers, u, 64);

/** The twin for splits of `splitKeys` keys. */
export const attendInSplits = (
  { q, packed, partial }: Parameters<Twin<typeof decodeAttention>>[0],
  u: Parameters<Twin<typeof decodeAttention>>[1],
  splitKeys: number,
): void => {
  const row = (kind: number, kv: number, key: number) =>
    unpackRow(packed, ((kind * u.num_kv_heads + kv) * u.capacity + key) * rowWords(u.head_dim), u.head_dim);
  const numBlocks = Math.ceil(u.group_size / 4);
  const numSplits = Math.ceil(u.num_keys / splitKeys);
  for (let kv = 0; kv < u.num_kv_heads; kv++) {
    for (let slot = 0; slot < 4 * numBlocks; slot++) {
      const head = kv * u.group_size + Math.min(slot, u.group_size - 1);
      for (let split = 0; split < numSplits; split++) {
        const block = (kv * numBlocks + Math.floor(slot / 4)) * numSplits + split;
        const to = 4 * block * partialVectors(u.head_dim);
        const first = splitKeys * split;
        const count = Math.min(splitKeys, u.num_keys - first);
        const values = Array.from({ length: count }, (_, key) => row(1, kv, first + key));
        const scores = Array.from({ length: count }, (_, key) => {
          const dot = row(0, kv, first + key).reduce(
            (sum, k, d) => sum + k * at(q, head * u.head_dim + d),
            0,
          );
          return u.scale * dot;
        });
        const top = Math.max(...scores);
        const p = scores.map((score) => Math.exp(score - top));
        for (let d = 0; d < u.head_dim; d++) {
          partial[to + (slot % 4) * u.head_dim + d] = p.reduce(
            (sum, each, key) => sum + each * at(values[key] ?? [], d),
            0,
          );
        }
        partial[to + 4 * u.head_dim + (slot % 4)] = top;
        partial[to + 4 * u.head_dim + 4 + (slot % 4)] = p.reduce((sum, each) => sum + each, 0);
      }
    }
  }
};
