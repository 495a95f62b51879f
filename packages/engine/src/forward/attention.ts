// Attention as recorded dispatches: tile by tile for many tokens, in one piece for one.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { planScoreTile } from '@longread/planner';
import {
  attentionScores,
  attentionValues,
  columnSums,
  decodeScores,
  decodeValues,
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

/** @throws ShaderCompileError */
export async function createAttention(
  { kernels, recorder }: Gpu,
  config: ModelConfig,
  buffers: Activations,
  maxKeys: number,
): Promise<Attention> {
  const { numHeads, numKvHeads, headDim } = config;
  const [rope, scoresKernel, softmax, valuesKernel, sumsKernel, scoresOfOne, valuesOfOne] = await Promise.all(
    [
      kernels.get(ropeCache, { HALF_PAIRS: config.ropePairing === 'half' ? 1 : 0 }),
      kernels.get(attentionScores),
      kernels.get(softmaxRows),
      kernels.get(attentionValues),
      kernels.get(columnSums),
      kernels.get(decodeScores),
      kernels.get(decodeValues),
    ],
  );

  const { qkv, angles, q, scores: s, factors, attention: y } = buffers;
  const scale = 1 / Math.sqrt(headDim);
  const heads = { num_heads: numHeads, group_size: numHeads / numKvHeads, head_dim: headDim };

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
      const { keyStride } = planScoreTile(config, 1, maxKeys);
      const shape = { ...heads, num_keys: firstSlot + 1, capacity, key_stride: keyStride };
      recorder.dispatch(scoresOfOne, { q, keys, s }, { ...shape, scale });
      recorder.dispatch(
        softmax,
        { s, factors },
        {
          first_token: 0,
          num_tokens: 1,
          num_slots: firstSlot,
          num_heads: numHeads,
          tile_rows: 1,
          key_stride: keyStride,
        },
      );
      recorder.dispatch(valuesOfOne, { s, factors, values, y }, shape);
    },
  };
}
