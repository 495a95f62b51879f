// CPU twins of decode attention's stages.
import { rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import { at, unspecified, type Twin } from '../testing/data.ts';
import { partialVectors, type decodeAttentionReduce, type decodeAttentionSplit } from './decode-attention.ts';

type SplitBuffers = Parameters<Twin<typeof decodeAttentionSplit>>[0];
type SplitUniforms = Parameters<Twin<typeof decodeAttentionSplit>>[1];

/** In splits of 64 keys. */
export const splitTwin: Twin<typeof decodeAttentionSplit> = (buffers, u) =>
  attendInSplits(buffers, u, (split) => Math.min(64 * split, u.num_keys));

/** Four query heads side by side; each split, whose keys begin at `firstOf`, with its own maximum. */
const attendInSplits = (
  { q, packed, partial }: SplitBuffers,
  u: SplitUniforms,
  firstOf: (split: number) => number,
): void => {
  const row = (kind: number, kv: number, key: number) =>
    unpackRow(
      packed,
      ((kind * u.num_kv_heads + kv) * u.capacity + u.first_key + key) * rowWords(u.head_dim),
      u.head_dim,
    );
  const numBlocks = Math.ceil(u.group_size / 4);
  for (let kv = 0; kv < u.num_kv_heads; kv++) {
    for (let slot = 0; slot < 4 * numBlocks; slot++) {
      const head = kv * u.group_size + Math.min(slot, u.group_size - 1);
      for (let split = 0; split < u.num_splits; split++) {
        const block = (kv * numBlocks + Math.floor(slot / 4)) * u.num_splits + split;
        const to = 4 * block * partialVectors(u.head_dim);
        const first = firstOf(split);
        const count = firstOf(split + 1) - first;
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

/** In splits of 128 keys; heads past HEADS are left open. */
export const splitQuadTwin: Twin<typeof decodeAttentionSplit.bodies.quad> = (buffers, u, o) => {
  attendInSplits(buffers, u, (split) => Math.min(128 * split, u.num_keys));
  leaveOpen(buffers, u, o.HEADS);
};

/** In as many splits as it is told, as equal as can be, the longer ones first; heads past HEADS are left open. */
export const splitWorkgroupTwin: Twin<typeof decodeAttentionSplit.bodies.workgroup> = (buffers, u, o) => {
  const each = Math.floor(u.num_keys / u.num_splits);
  attendInSplits(buffers, u, (split) => split * each + Math.min(split, u.num_keys % u.num_splits));
  leaveOpen(buffers, u, o.HEADS);
};

function leaveOpen({ partial }: SplitBuffers, u: SplitUniforms, heads: number): void {
  const numBlocks = u.num_kv_heads * Math.ceil(u.group_size / 4) * u.num_splits;
  for (let block = 0; block < numBlocks; block++) {
    const first = 4 * block * partialVectors(u.head_dim);
    const end = first + 4 * u.head_dim;
    partial.fill(unspecified, first + heads * u.head_dim, end);
    partial.fill(unspecified, end + heads, end + 4);
    partial.fill(unspecified, end + 4 + heads, end + 8);
  }
}

/** The splits' outputs on one scale, over their sum. */
export const decodeAttentionReduceTwin: Twin<typeof decodeAttentionReduce> = ({ partial, y }, u) => {
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
