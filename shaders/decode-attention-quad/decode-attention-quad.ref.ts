// CPU twin of decode-attention-quad: that of decode-attention in splits of 128 keys, whose heads past HEADS are left open.
import { attendInSplits } from '../decode-attention/decode-attention.ref.ts';
import { partialVectors } from '../decode-attention/decode-attention.ts';
import { unspecified, type Twin } from '../testing/data.ts';
import { quadSplits, type decodeAttentionQuad } from './decode-attention-quad.ts';

export const decodeAttentionQuadTwin: Twin<typeof decodeAttentionQuad> = (buffers, u, o) => {
  attendInSplits(buffers, u, 128);
  const { partial } = buffers;
  const numBlocks = u.num_kv_heads * Math.ceil(u.group_size / 4) * quadSplits(u.num_keys);
  for (let block = 0; block < numBlocks; block++) {
    const first = 4 * block * partialVectors(u.head_dim);
    const end = first + 4 * u.head_dim;
    partial.fill(unspecified, first + o.HEADS * u.head_dim, end);
    partial.fill(unspecified, end + o.HEADS, end + 4);
    partial.fill(unspecified, end + 4 + o.HEADS, end + 8);
  }
};
