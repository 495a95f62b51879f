// Seeded tiny models of random sizes, and what is run on each. Some sizes are such as no kernel can do.
import { Random, type EmbeddingHead } from '@longread/core';
import type { GgmlTypeName, TinyLlamaOptions } from '@longread/formats/testing';

/** Types by the columns that they need a multiple of. */
const ofBlocks = {
  32: ['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'IQ4_NL', 'MXFP4'],
  64: ['Q2_0'],
  128: ['Q1_0'],
  256: ['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'IQ4_XS'],
} as const;

export interface ModelCase {
  readonly seed: number;
  readonly options: Partial<TinyLlamaOptions>;
  readonly promptLength: number;
  readonly heads: readonly EmbeddingHead[];
}

/** The same for the same seed; `hand` takes the place of what is drawn. */
export function modelCase(seed: number, hand: Partial<TinyLlamaOptions> = {}): ModelCase {
  const random = new Random(seed);
  const below = (count: number): number => random.below(count);
  const pick = <T>(...from: readonly T[]): T => random.pick(from);
  /** A multiple of 8, now and then one that is none. */
  const size = (...eights: readonly number[]): number =>
    8 * pick(...eights) + (below(12) === 0 ? pick(2, 4) : 0);

  const groupSize = pick(1, 1, 2, 3, 4, 5, 6, 7, 8);
  const numKvHeads = groupSize > 4 ? 1 : pick(1, 2, 3);
  const sizes = {
    numLayers: pick(1, 1, 2, 3),
    hiddenSize: size(1, 2, 3, 4, 5, 7, 8, 12, 16, 32),
    intermediateSize: size(1, 3, 4, 5, 8, 9, 12, 32),
    headDim: size(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 32),
    numHeads: groupSize * numKvHeads,
    numKvHeads,
    ...hand,
  };
  const typeFor = (cols: number): GgmlTypeName =>
    pick(
      'F32',
      'F16',
      'BF16',
      ...(cols % 32 === 0 ? ofBlocks[32] : []),
      ...(cols % 64 === 0 ? ofBlocks[64] : []),
      ...(cols % 128 === 0 ? ofBlocks[128] : []),
      ...(cols % 256 === 0 ? ofBlocks[256] : []),
    );
  const matrices = Array.from({ length: sizes.numLayers }, (_, layer) => [
    ...['attn_q', 'attn_k', 'attn_v', 'ffn_gate', 'ffn_up'].map(
      (name) => [layer, name, sizes.hiddenSize] as const,
    ),
    [layer, 'attn_output', sizes.numHeads * sizes.headDim] as const,
    [layer, 'ffn_down', sizes.intermediateSize] as const,
  ]).flat();
  // Projections side by side are often of one type, and then one matrix.
  const usual = typeFor(sizes.hiddenSize);
  const isMixed = below(2) === 0;
  const tensorTypes = Object.fromEntries(
    matrices.map(([layer, name, cols]) => [
      `blk.${layer}.${name}.weight`,
      cols === sizes.hiddenSize && !isMixed ? usual : typeFor(cols),
    ]),
  );
  const layer = (): number => below(sizes.numLayers);
  const drawn: readonly EmbeddingHead[] = [
    { layer: sizes.numLayers - 1, type: 'Q', head: below(sizes.numHeads) },
    { layer: layer(), type: 'K', head: below(sizes.numKvHeads) },
    { layer: layer(), type: 'V', head: below(sizes.numKvHeads) },
  ];
  return {
    seed,
    options: {
      contextLength: 256,
      normType: pick('F32', 'F16', 'BF16'),
      tiedEmbeddings: below(2) === 0,
      numExtraTokens: below(14),
      embeddingType: typeFor(sizes.hiddenSize),
      tensorTypes,
      ...sizes,
    },
    promptLength: pick(1, 15, 16, 17, 33, 41, 70),
    heads: drawn.slice(0, pick(1, 3)),
  };
}
