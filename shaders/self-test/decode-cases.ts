// Self-test cases of what only a decode step computes: attention over splits of the keys, gate, up and SiLU in one.
import { decodeAttentionQuadTwin } from '../decode-attention-quad/decode-attention-quad.ref.ts';
import { decodeAttentionQuad, quadSplits } from '../decode-attention-quad/decode-attention-quad.ts';
import { decodeAttentionTwin } from '../decode-attention/decode-attention.ref.ts';
import {
  decodeAttention,
  decodeAttentionBarriers,
  decodeSplits,
  partialVectors,
} from '../decode-attention/decode-attention.ts';
import { decodeReduceTwin } from '../decode-reduce/decode-reduce.ref.ts';
import { decodeReduce } from '../decode-reduce/decode-reduce.ts';
import { randomRows, rowWords } from '../lib/packed-rows.ref.ts';
import { randomWeights } from '../lib/weights.ref.ts';
import { matvecGatedTwin } from '../matvec-gated/matvec-gated.ref.ts';
import { matvecGated } from '../matvec-gated/matvec-gated.ts';
import { packCacheTwin } from '../pack-cache/pack-cache.ref.ts';
import { packCache } from '../pack-cache/pack-cache.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { decodeAttentionCase } from '../testing/decode-attention-case.ts';
import { unpackCacheTwin } from '../unpack-cache/unpack-cache.ref.ts';
import { unpackCache } from '../unpack-cache/unpack-cache.ts';
import { caseOf, weightsOf, type Cases } from './case.ts';

/** Whole splits and a ragged one, of either size, as many as the quads of a workgroup of 32; three query heads a KV head. */
const step = { num_keys: 475, num_kv_heads: 2, group_size: 3, head_dim: 64 };
const numSplits = decodeSplits(step.num_keys);
const numHeads = step.num_kv_heads * step.group_size;
const partialLength = 4 * step.num_kv_heads * numSplits * partialVectors(step.head_dim);

/** What is packed of it. */
const cache = { num_kv_heads: step.num_kv_heads, head_dim: step.head_dim, capacity: 12 };

const attention = decodeAttentionCase(step, numSplits, 1);

export const decodeCases: Cases = {
  [decodeAttention.name]: () => caseOf({ kernel: decodeAttention, twin: decodeAttentionTwin, ...attention }),
  [decodeAttentionBarriers.name]: () =>
    caseOf({ kernel: decodeAttentionBarriers, twin: decodeAttentionTwin, ...attention }),
  [decodeAttentionQuad.name]: () =>
    caseOf({
      kernel: decodeAttentionQuad,
      twin: decodeAttentionQuadTwin,
      ...decodeAttentionCase(step, quadSplits(step.num_keys), 1),
    }),
  [decodeReduce.name]: () =>
    caseOf({
      kernel: decodeReduce,
      twin: decodeReduceTwin,
      uniforms: {
        num_heads: numHeads,
        group_size: step.group_size,
        head_dim: step.head_dim,
        num_splits: numSplits,
      },
      buffers: (random) => ({
        partial: random.f32(partialLength).map((value) => Math.abs(value) + 0.1),
        y: poisonF32(numHeads * step.head_dim),
      }),
      tolerance: 'reduction-f32',
    }),
  [packCache.name]: () => {
    const rows = cache.num_kv_heads * cache.capacity;
    // Quotients that f32 gives exactly, none near a half.
    const whole = (seed: number) =>
      new Float32Array(rows * cache.head_dim).map((_, i) =>
        i % cache.head_dim === 5 ? 32767 : ((i * seed) % 60_001) - 30_000,
      );
    return caseOf({
      kernel: packCache,
      twin: packCacheTwin,
      uniforms: { ...cache, first_slot: 3, num_slots: 7 },
      buffers: () => ({
        keys: whole(7919),
        values: whole(104_729),
        packed: poisonU32(2 * rows * rowWords(cache.head_dim)),
      }),
      tolerance: 'exact',
    });
  },
  [unpackCache.name]: () => {
    const rows = cache.num_kv_heads * cache.capacity;
    return caseOf({
      kernel: unpackCache,
      twin: unpackCacheTwin,
      uniforms: { ...cache, num_slots: 9 },
      buffers: (random) => ({
        packed: randomRows(random, 2 * rows, cache.head_dim),
        keys: poisonF32(rows * cache.head_dim),
        values: poisonF32(rows * cache.head_dim),
      }),
      tolerance: 'elementwise-f32',
    });
  },
  [matvecGated.name]: (o) => {
    const shape = { in_features: 96, out_features: 67 };
    return caseOf({
      kernel: matvecGated,
      twin: matvecGatedTwin,
      uniforms: shape,
      buffers: (random) => ({
        ...randomWeights(random, {
          ...weightsOf(o),
          rows: 2 * shape.out_features + 1,
          cols: shape.in_features,
        }),
        x: random.f32(shape.in_features),
        y: poisonF32(shape.out_features),
      }),
      tolerance: 'reduction-f32',
    });
  },
};
