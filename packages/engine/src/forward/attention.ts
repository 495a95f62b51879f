// Attention as recorded dispatches: tile by tile for many tokens, in one piece for one.
import { invariant, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { planScoreTile } from '@longread/planner';
import {
  attentionScores,
  attentionValues,
  columnSums,
  decodeAttention,
  decodeAttentionBarriers,
  decodeReduce,
  decodeSplits,
  partialVectors,
  ropeCache,
  softmaxRows,
} from '@longread/shaders';
import type { Activations } from './activations.ts';

/** Keys and values a layer attends to: `[numKvHeads, capacity, headDim]` each, keys rotated by slot. */
export interface LayerCache {
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

export interface Span {
  /** Tokens in this pass, at rows 0 .. numTokens - 1 of the activations. */
  readonly numTokens: number;
  /** Slot and position of the first of them; slots before it are visible to all. */
  readonly firstSlot: number;
  /** Slots per KV head in the cache; a multiple of 16. */
  readonly capacity: number;
}

export interface Attention {
  /** Rotates q and k of `qkv`, and puts k and v into the cache behind `firstSlot`. */
  rotate(span: Span, cache: LayerCache): void;
  /** attention <- softmax(q k) v, one tile of rows a step; `sums` receives attention per key when given. */
  tiles(span: Span, cache: LayerCache, sums?: GPUBuffer): Generator<void, void>;
  /** The same for one token. */
  one(span: Span, cache: LayerCache): void;
}

/** Lanes of a decode workgroup: one subgroup, as far as workgroup memory reaches. */
const maxDecodeLanes = 32;

/** @throws ShaderCompileError */
export async function createAttention(
  { facts, kernels, recorder }: Gpu,
  config: ModelConfig,
  buffers: Activations,
  maxKeys: number,
): Promise<Attention> {
  const { numHeads, numKvHeads, headDim } = config;
  const groupSize = numHeads / numKvHeads;
  const decode = facts.features.includes('subgroups') ? decodeAttention : decodeAttentionBarriers;
  const [rope, scoresKernel, softmax, valuesKernel, sumsKernel, splitKernel, reduceKernel] =
    await Promise.all([
      kernels.get(ropeCache, { HALF_PAIRS: config.ropePairing === 'half' ? 1 : 0 }),
      kernels.get(attentionScores),
      kernels.get(softmaxRows),
      kernels.get(attentionValues),
      kernels.get(columnSums),
      kernels.get(decode, { WORKGROUP_SIZE: Math.min(maxDecodeLanes, facts.subgroupSize) }),
      kernels.get(decodeReduce),
    ]);
  const partialBytes =
    16 * numKvHeads * Math.ceil(groupSize / 4) * decodeSplits(maxKeys) * partialVectors(headDim);
  invariant(partialBytes <= buffers.scores.size, `decode needs ${partialBytes} bytes of partial results`);

  const { qkv, angles, q, scores: s, factors, attention: y } = buffers;
  const scale = 1 / Math.sqrt(headDim);
  const heads = { num_heads: numHeads, group_size: groupSize, head_dim: headDim };

  return {
    rotate: ({ numTokens, firstSlot, capacity }, { keys, values }) =>
      recorder.dispatch(
        rope,
        { qkv, angles, q, keys, values },
        {
          first_token: 0,
          num_tokens: numTokens,
          first_slot: firstSlot,
          num_heads: numHeads,
          num_kv_heads: numKvHeads,
          head_dim: headDim,
          capacity,
        },
      ),
    *tiles({ numTokens, firstSlot, capacity }, { keys, values }, sums) {
      const { tileRows, keyStride } = planScoreTile(config, numTokens, firstSlot + numTokens);
      for (let token = 0; token < numTokens; token += tileRows) {
        const rows = {
          first_token: token,
          num_tokens: Math.min(tileRows, numTokens - token),
          num_slots: firstSlot,
          num_heads: numHeads,
          tile_rows: tileRows,
          key_stride: keyStride,
        };
        const tile = { ...rows, ...heads, capacity };
        recorder.dispatch(scoresKernel, { q, keys, s }, { ...tile, scale });
        recorder.dispatch(softmax, { s, factors }, rows);
        recorder.dispatch(valuesKernel, { s, factors, values, y }, tile);
        if (sums !== undefined) {
          recorder.dispatch(
            sumsKernel,
            { s, factors, sums },
            { ...tile, num_kv_heads: numKvHeads, num_keys: firstSlot + token + rows.num_tokens },
          );
        }
        yield;
      }
    },
    one: ({ firstSlot, capacity }, { keys, values }) => {
      const numKeys = firstSlot + 1;
      const shape = { group_size: groupSize, head_dim: headDim, num_splits: decodeSplits(numKeys) };
      recorder.dispatch(
        splitKernel,
        { q, keys, values, partial: s },
        { ...shape, num_keys: numKeys, num_kv_heads: numKvHeads, capacity, scale },
      );
      recorder.dispatch(reduceKernel, { partial: s, y }, { ...shape, num_heads: numHeads });
    },
  };
}
