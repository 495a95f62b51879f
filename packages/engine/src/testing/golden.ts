// What the golden values (e2e/golden/README.md) are compared with: a reading with more heads than one set, cut into sets, and the
// kernels that it runs.
import {
  headSizesOf,
  type ChunkRecord,
  type EmbeddingBlock,
  type EmbeddingHead,
  type ModelConfig,
} from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  decodeAttentionReduce,
  decodeAttentionSplit,
  flashOutputVariants,
  flashReceivedVariants,
  matmul,
  matvec,
  type KernelSpec,
  type KernelVariant,
} from '@longread/shaders';
import type { EmbeddingSource } from '../search.ts';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import { attentionClassOf } from '../kernels/preferences.ts';

/** What a document of `chunkSize` chunks was read to, with `heads`. */
export interface ReadDocument {
  readonly heads: readonly EmbeddingHead[];
  readonly headDim: number;
  readonly chunkSize: number;
  readonly chunks: readonly ChunkRecord[];
  /** As Compressor's. */
  readonly moments: Float64Array;
}

const sameHead = (a: EmbeddingHead, b: EmbeddingHead): boolean =>
  a.layer === b.layer && a.type === b.type && a.head === b.head;

export function distinctHeads(heads: readonly EmbeddingHead[]): EmbeddingHead[] {
  return heads.filter((head, i) => heads.findIndex((other) => sameHead(head, other)) === i);
}

/** Where each of `wanted` is among `heads`. */
function indicesOf(heads: readonly EmbeddingHead[], wanted: readonly EmbeddingHead[]): number[] {
  const parts = wanted.map((head) => heads.findIndex((other) => sameHead(head, other)));
  if (parts.includes(-1)) throw new Error('a head was not read');
  return parts;
}

/** Of rows of `[numParts, width]` values the parts of `wanted`, in its order. */
export function partsOf<T extends Float32Array<ArrayBuffer> | Int8Array<ArrayBuffer>>(
  rows: T,
  heads: readonly EmbeddingHead[],
  wanted: readonly EmbeddingHead[],
  width: number,
): T {
  const parts = indicesOf(heads, wanted);
  const numRows = rows.length / (heads.length * width);
  const picked = rows.slice(0, numRows * wanted.length * width) as T;
  for (let row = 0; row < numRows; row++) {
    parts.forEach((part, i) => {
      const from = (row * heads.length + part) * width;
      picked.set(rows.subarray(from, from + width), (row * wanted.length + i) * width);
    });
  }
  return picked;
}

/** The document as gather finds it where it was read with `wanted` alone. */
export function sourceOf(document: ReadDocument, wanted: readonly EmbeddingHead[]): EmbeddingSource {
  const { heads, headDim, chunkSize, moments } = document;
  const pick = ({ numTokens, quants, scales }: EmbeddingBlock): EmbeddingBlock => ({
    numTokens,
    quants: partsOf(quants, heads, wanted, headDim),
    scales: partsOf(scales, heads, wanted, 1),
  });
  const chunks = document.chunks.map((chunk) => ({ ...chunk, embeddings: pick(chunk.embeddings) }));
  const perPart = (moments.length - 1) / heads.length;
  const momentsOf = (part: number) => [...moments.subarray(1 + part * perPart, 1 + (part + 1) * perPart)];
  return {
    numTokens: moments[0] ?? NaN,
    chunkSize,
    chunkStarts: chunks.map(({ index }) => index * chunkSize),
    numParts: wanted.length,
    headDim,
    moments: Float64Array.of(moments[0] ?? NaN, ...indicesOf(heads, wanted).flatMap(momentsOf)),
    blocks: async function* () {
      yield* await Promise.resolve(chunks);
    },
    block: (index) => {
      const chunk = chunks[index];
      return chunk ? Promise.resolve(chunk) : Promise.reject(new Error(`there is no chunk ${index}`));
    },
  };
}

/** What the tuner finds on a software adapter, untuned: kernels in quads where there are any, in half the time of the defaults. */
export function quadChoice(gpu: Gpu): KernelChoice {
  const { rows, find, choose } = untestedChoice(gpu);
  const quadsFirst = <S extends KernelSpec>(variants: readonly KernelVariant<S>[]) => {
    const isQuad = ({ spec }: KernelVariant<S>) => spec.name.includes('quad');
    return [...variants.filter(isQuad), ...variants.filter((variant) => !isQuad(variant))];
  };
  return {
    rows,
    find: (variants) => find(quadsFirst(variants)),
    choose: (variants) => choose(quadsFirst(variants)),
  };
}

/**
 * What the tuner finds on a GPU, untuned: products of one token by lanes that split rows, with them the fused forms of decode, products of
 * many by tiles in workgroup memory, attention of many in one dispatch, by the kernel `output` if it is named, and of one by workgroups a
 * split; tiles in f16 where `isF16`.
 */
export function gpuChoice(
  gpu: Gpu,
  config: ModelConfig,
  { isF16 = false, output }: { readonly isF16?: boolean; readonly output?: string } = {},
): KernelChoice {
  const ofTiles = (variants: readonly KernelVariant<KernelSpec>[]) =>
    variants.map(({ spec }) => spec.name).find((name) => name.endsWith('-f16') === isF16);
  const rows = headSizesOf(config).flatMap((headDim) => {
    const shapeClass = attentionClassOf({ ...config, headDim });
    const first = (kernel: string, variant: string) => [
      { kernel, shapeClass, variant: 'default', key: '', ms: 2, gflops: undefined, note: '' },
      { kernel, shapeClass, variant, key: variant, ms: 1, gflops: undefined, note: '' },
    ];
    const parts = [
      output ?? ofTiles(flashOutputVariants(gpu.facts, headDim)),
      ofTiles(flashReceivedVariants(gpu.facts, headDim)),
      decodeAttentionSplit.bodies.workgroup.name,
      decodeAttentionReduce.bodies.lanes.name,
    ];
    return [
      ...first('attention', 'flash'),
      ...parts.flatMap((name) => (name === undefined ? [] : first(name.replace(/-[a-z0-9-]+$/, ''), name))),
    ];
  });
  const products = [matvec.bodies.subgroup, matmul.bodies[isF16 ? 'tiled-f16' : 'tiled']].map(({ name }) => {
    const [kernel = ''] = name.split('/');
    return { kernel, shapeClass: 'any', variant: name, key: name, ms: 1, gflops: 1, note: '' };
  });
  return untestedChoice(gpu, [...products, ...rows]);
}

/** With tiles in f32, and where the device has f16 in that. */
export function gpuChoices(gpu: Gpu, config: ModelConfig): readonly KernelChoice[] {
  const kinds = gpu.facts.features.includes('shader-f16') ? [false, true] : [false];
  return kinds.map((isF16) => gpuChoice(gpu, config, { isF16 }));
}
