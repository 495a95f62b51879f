// Measures attention of one token over the packed cache: its two stages, each by itself.
import type { TuningRow } from '@longread/core';
import { tuneCase, type Gpu, type TuneLimits } from '@longread/gpu';
import {
  decodeAttentionReduce,
  decodeAttentionSplit,
  partialVectors,
  reduceVariants,
  splitsOf,
  splitVariants,
} from '@longread/shaders';
import { attentionClassOf } from './preferences.ts';
import type { TunedHeads } from './tune-attention.ts';

/** As many entries as a document keeps by default, and a question and an answer behind them. */
const numKeys = 1280;

/** Activations around 1; keys and values of which none is zero. */
const inputValue = 0.5;
const packedWord = 0x30003000;

/** Kernels whose rows measuring it gives. */
export const decodeAttentionKernels: readonly string[] = [
  decodeAttentionSplit.name,
  decodeAttentionReduce.name,
];

/** @throws AbortedError | DeviceLostError | OutOfMemoryError */
export async function tuneDecodeAttention(
  gpu: Gpu,
  config: TunedHeads,
  failed: ReadonlySet<string>,
  limits: TuneLimits,
): Promise<readonly TuningRow[]> {
  const { numHeads, numKvHeads, headDim, attentionScale: scale } = config;
  const groupSize = numHeads / numKvHeads;
  const numBlocks = numKvHeads * Math.ceil(groupSize / 4);
  const splits = splitVariants(gpu.facts, headDim, groupSize);
  const mostSplits = Math.max(...splits.map(({ spec }) => splitsOf(spec, numKeys, numBlocks)));
  const packedWords = 2 * numKvHeads * numKeys * 4 * (headDim / 8 + 1);
  const owner = gpu.owner('tune');
  try {
    const buffers = {
      q: owner.storage('q', 4 * numHeads * headDim),
      packed: owner.storage('packed', 4 * packedWords),
      partial: owner.storage('partial', 16 * numBlocks * mostSplits * partialVectors(headDim)),
      y: owner.storage('y', 4 * numHeads * headDim),
    };
    await owner.settled();
    gpu.write(buffers.q, 0, new Float32Array(numHeads * headDim).fill(inputValue));
    gpu.write(buffers.packed, 0, new Uint32Array(packedWords).fill(packedWord));
    const shape = { group_size: groupSize, head_dim: headDim };
    const common = { shapeClass: attentionClassOf(config), failed, buffers, rows: 1 };
    const ofSplits = await tuneCase(
      gpu,
      {
        ...common,
        kernel: decodeAttentionSplit.name,
        variants: splits,
        uniforms: (_first, _count, spec) => ({
          ...shape,
          num_splits: splitsOf(spec, numKeys, numBlocks),
          first_key: 0,
          num_keys: numKeys,
          num_kv_heads: numKvHeads,
          capacity: numKeys,
          scale,
        }),
      },
      [],
      limits,
    );
    const ofReduce = await tuneCase(
      gpu,
      {
        ...common,
        kernel: decodeAttentionReduce.name,
        variants: reduceVariants(gpu.facts, headDim),
        uniforms: () => ({ ...shape, num_heads: numHeads, num_splits: mostSplits }),
      },
      [],
      limits,
    );
    return [...ofSplits, ...ofReduce];
  } finally {
    owner.dispose();
  }
}
