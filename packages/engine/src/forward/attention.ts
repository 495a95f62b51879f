// Attention as recorded dispatches: tile by tile for many tokens, in one piece for one.
import { headDimOf, invariant, isSharing, rotaryDimOf, windowOf, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { planTile } from '@longread/planner';
import {
  decodeAttentionReduce,
  decodeAttentionSplit,
  packedCachePack,
  packedCacheUnpack,
  partialVectors,
  reduceVariants,
  ropeCache,
  ropeOverrides,
  splitsOf,
  splitVariants,
  type KernelSpec,
  type KernelVariant,
} from '@longread/shaders';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import { attentionParts, flashFlopsFor } from '../kernels/preferences.ts';
import type { Activations } from './activations.ts';
import { createTiles, type Received } from './attention-tiles.ts';
import type { TokenRange } from './projector.ts';
import type { Weighing } from './weighing.ts';

/** Keys and values a layer attends to: `[numKvHeads, capacity, headDim]` each, keys rotated by slot. */
export interface LayerCache {
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
  /** Where the key of slot 0 stands for many tokens. */
  readonly weighing?: Weighing | undefined;
}

/** A layer of a cache that is kept packed (shaders/lib/packed-rows.wgsl); its f32 keys and values are scratch. */
export interface PackedLayer extends LayerCache {
  readonly packed: GPUBuffer;
}

export interface Span {
  /** Tokens in this pass, at rows 0 .. numTokens - 1 of the activations. */
  readonly numTokens: number;
  /** Slot and position of the first of them; slots before it are visible to all. */
  readonly firstSlot: number;
  /** Slots per KV head in the cache; a multiple of 16. */
  readonly capacity: number;
  /** Rows at the end that are wanted behind the layer; all when absent. The others leave their keys and values, and stop there. */
  readonly numWanted?: number;
}

/** The rows that are wanted behind the layer. */
export function wantedTokens({
  numTokens,
  numWanted = numTokens,
}: Pick<Span, 'numTokens' | 'numWanted'>): TokenRange {
  return { firstToken: numTokens - numWanted, numTokens: numWanted };
}

export interface Attention {
  /** Rotates q and k of `qkv`, and puts k and v into the cache behind `firstSlot`; where the layer has none, rotates q. */
  rotate(layer: number, span: Span, cache: LayerCache | PackedLayer): void;
  /**
   * attention <- softmax(q k) v in the layer's window, one tile of rows a step; the keys' attention goes where `received` says. Of a packed layer it reads
   * what packing left, so that a prompt gives the same bits in one pass, in several, and behind a beginning that is not run again.
   */
  tiles(
    layer: number,
    span: Span,
    cache: LayerCache | PackedLayer,
    received?: Received,
  ): Generator<void, void>;
  /** The same for one token. */
  one(layer: number, span: Span, cache: PackedLayer): void;
  /** Packs what stands in the layer's scratch behind `firstSlot`. */
  readonly pack: (layer: number, span: Span, cache: PackedLayer) => void;
}

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createAttention(
  gpu: Gpu,
  config: ModelConfig,
  buffers: Activations,
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Attention> {
  const { facts, recorder } = gpu;
  const { numHeads, numKvHeads, headDim, sliding } = config;
  const groupSize = numHeads / numKvHeads;
  const only = <S extends KernelSpec>(spec: S, overrides: Readonly<Record<string, number>> = {}) =>
    choice.choose([{ spec, overrides }]);
  const bySize = async (size: number) => {
    const heads = { ...config, headDim: size };
    const parts = <S extends KernelSpec>(
      { name }: { readonly name: string },
      variants: readonly KernelVariant<S>[],
    ) => choice.choose(attentionParts(choice.rows, name, heads, variants));
    const [recordTile, split, reduce] = await Promise.all([
      createTiles(gpu, heads, buffers, choice),
      parts(decodeAttentionSplit, splitVariants(facts, size, groupSize)),
      parts(decodeAttentionReduce, reduceVariants(facts, size)),
    ]);
    return { recordTile, split, reduce, flashFlops: flashFlopsFor(choice.rows, heads) };
  };
  const [rope, packKernel, unpackKernel, ofAll, ofSliding] = await Promise.all([
    only(ropeCache.bodies.plain, ropeOverrides(config)),
    only(packedCachePack.bodies.plain),
    only(packedCacheUnpack.bodies.plain),
    bySize(headDim),
    sliding?.headDim === undefined ? undefined : bySize(sliding.headDim),
  ]);
  const kernelsOf = (layer: number) =>
    headDimOf(config, layer) === headDim || ofSliding === undefined ? ofAll : ofSliding;
  const numBlocks = numKvHeads * Math.ceil(groupSize / 4);
  const partialBytes = (splits: number, size: number) => 16 * numBlocks * splits * partialVectors(size);

  const { qkv, anglesOf, q, attention: y } = buffers;
  const { attentionScale: scale } = config;
  const rowsOf = (layer: number) => ({ num_kv_heads: numKvHeads, head_dim: headDimOf(config, layer) });

  const pack: Attention['pack'] = (layer, { numTokens, firstSlot, capacity }, { keys, values, packed }) =>
    recorder.dispatch(
      packKernel,
      { keys, values, packed },
      { ...rowsOf(layer), first_slot: firstSlot, num_slots: numTokens, capacity },
    );

  return {
    pack,
    rotate: (layer, span, cache) => {
      const { keys, values } = cache;
      const numKeys = span.firstSlot + span.numTokens;
      const shares = isSharing(config, layer);
      invariant(numKeys <= buffers.maxKeys, `a pass over ${numKeys} keys with room for ${buffers.maxKeys}`);
      recorder.dispatch(
        rope,
        { qkv, angles: anglesOf(layer), q, keys, values },
        {
          first_token: 0,
          num_tokens: span.numTokens,
          first_slot: span.firstSlot,
          num_heads: numHeads,
          ...rowsOf(layer),
          ...(shares && { num_kv_heads: 0 }),
          rotary_dim: rotaryDimOf(config, layer),
          capacity: span.capacity,
        },
      );
      if ('packed' in cache && !shares) pack(layer, span, cache);
    },
    *tiles(layer, span, cache, received) {
      const { numTokens, firstSlot, capacity } = span;
      const { keys, values, weighing } = cache;
      const wanted = wantedTokens(span);
      invariant(received === undefined || wanted.firstToken === 0, 'what keys receive is of all rows');
      if (wanted.numTokens === 0) return;
      if ('packed' in cache) {
        const shape = { ...rowsOf(layer), num_slots: firstSlot + numTokens, capacity };
        recorder.dispatch(unpackKernel, { packed: cache.packed, keys, values }, shape);
      }
      const numKeys = firstSlot + numTokens;
      const kernels = kernelsOf(layer);
      const window = Math.min(windowOf(config, layer), numKeys);
      const { flashFlops } = kernels;
      const { tileRows, keyStride } = planTile(buffers.attentionKind, config, numTokens, numKeys, flashFlops);
      // Tiles end where the queries begin that count: a tile's sums are of all its rows.
      const firstCounted = Math.max(0, numTokens - (received?.numQueries ?? 0));
      for (let token = wanted.firstToken, end = token; token < numTokens; token = end) {
        end = Math.min(token + tileRows, token < firstCounted ? firstCounted : numTokens);
        kernels.recordTile({
          firstToken: token,
          numTokens: end - token,
          numBehind: numTokens - end,
          firstSlot,
          capacity,
          window,
          tileRows,
          keyStride,
          keys,
          values,
          weighing,
          received: token >= firstCounted ? received : undefined,
        });
        yield;
      }
    },
    one: (layer, { firstSlot, capacity }, { packed }) => {
      const numKeys = Math.min(windowOf(config, layer), firstSlot + 1);
      const { split, reduce } = kernelsOf(layer);
      const size = headDimOf(config, layer);
      const num_splits = splitsOf(split.spec, numKeys, numBlocks);
      const shape = { group_size: groupSize, head_dim: size, num_splits };
      const partial = buffers.scores;
      const bytes = partialBytes(shape.num_splits, size);
      invariant(bytes <= partial.size, `decode needs ${bytes} bytes of partial results`);
      recorder.dispatch(
        split,
        { q, packed, partial },
        {
          ...shape,
          first_key: firstSlot + 1 - numKeys,
          num_keys: numKeys,
          num_kv_heads: numKvHeads,
          capacity,
          scale,
        },
      );
      recorder.dispatch(reduce, { partial, y }, { ...shape, num_heads: numHeads });
    },
  };
}
