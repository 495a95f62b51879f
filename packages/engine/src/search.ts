// The search of stage 4: scores every token of a document for a query, streaming over its stored embeddings batch by batch.
import {
  freeBytes,
  InvalidInputError,
  type ChunkEmbeddings,
  type EmbeddingBlock,
  type GatherSettings,
} from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  maxBatchTokens,
  paddedQueries,
  searchSizes,
  standardisation,
  type SearchShape,
} from '@longread/planner';
import type { PassOptions } from './forward/transformer.ts';
import { readAhead } from './read-ahead.ts';
import { createLateInteraction, createNearest } from './score-batch.ts';

/** What gather needs of a document. */
export interface EmbeddingSource {
  readonly numTokens: number;
  readonly chunkSize: number;
  /** First token of each chunk, rising: the last chunk of every text that was read is ragged. */
  readonly chunkStarts: readonly number[];
  readonly numParts: number;
  readonly headDim: number;
  readonly moments: Float64Array;
  blocks(): AsyncIterable<ChunkEmbeddings>;
  /** Told of each block of `blocks` that nothing needs any more: a pass over a long document is faster than the collector. */
  usedUp?(block: EmbeddingBlock): void;
  block(index: number): Promise<ChunkEmbeddings>;
}

export interface SearchOptions extends PassOptions {
  /** Told after each batch how many tokens' scores are here. */
  readonly onTokens?: ((done: number) => void) | undefined;
}

export interface Search {
  /**
   * Scores every token by the scoring in use.
   * @param onScores takes those of the next tokens, from the first to the last; they are gone when it returns.
   */
  score(query: Float32Array, onScores: (scores: Float32Array) => void, options: SearchOptions): Promise<void>;
  dispose(): void;
}

/** What the searches of one question allocate, all of its hops. @throws InvalidInputError (heads that the document lacks) */
export function searchShape(
  source: Pick<EmbeddingSource, 'numTokens' | 'chunkSize' | 'numParts'>,
  numQuestion: number,
  settings: GatherSettings,
): SearchShape {
  const { scoring, smoothWindow } = settings;
  const numHop = settings.hops > 1 ? settings.peaks * (2 * settings.peakSpan + 1) : 0;
  const numBlocks = Math.ceil(source.numTokens / source.chunkSize);
  const blocksAtOnce = Math.max(1, Math.floor(maxBatchTokens / source.chunkSize));
  return {
    batchTokens: source.chunkSize * Math.min(numBlocks, blocksAtOnce),
    numQueries: Math.max(numQuestion, numHop),
    ...partsOf(source.numParts, settings),
    window: scoring === 'late-interaction' ? smoothWindow : 1,
  };
}

/** Groups of parts whose maxima are taken: one of all for cosine, one a part for the others. */
function partsOf(numParts: number, { scoring, lateHeads }: GatherSettings) {
  if (scoring !== 'late-interaction') return { firstPart: 0, numGroups: scoring === 'cosine' ? 1 : numParts };
  const { first, count } = lateHeads ?? { first: 0, count: numParts };
  if (first + count > numParts) {
    throw new InvalidInputError(
      `lateHeads is ${count} from ${first} on, but the document has embeddings of ${numParts} heads. Name some of those.`,
      { setting: 'lateHeads', value: first + count, limit: numParts },
    );
  }
  return { firstPart: first, numGroups: count };
}

/** Allocates from `owner`, whose disposal ends it. */
export async function createSearch(
  gpu: Gpu,
  owner: BufferOwner,
  source: EmbeddingSource,
  shape: SearchShape,
  settings: GatherSettings,
): Promise<Search> {
  const { numParts, headDim } = source;
  const { batchTokens, window } = shape;
  const { recorder } = gpu;
  const width = numParts * headDim;
  const reach = (window - 1) / 2;
  const { z: zBytes, ...sizes } = searchSizes({ headDim }, numParts, shape);
  const quants = owner.storage('quants', sizes.quants);
  const scales = owner.storage('scales', sizes.scales);
  const queries = owner.storage('queries', sizes.queries);
  const standard = owner.storage('standard', sizes.standard);
  const score = owner.storage('batch scores', sizes.batchScores);
  const buffers = { quants, scales, queries, standard, score };
  const scoreBatch =
    settings.scoring === 'late-interaction'
      ? await createLateInteraction(gpu, owner, buffers, source, shape, zBytes)
      : await createNearest(gpu, buffers, source, shape);

  const uploadQuery = (query: Float32Array): number => {
    const numQueries = query.length / width;
    const padded = paddedQueries(numQueries);
    gpu.write(queries, 0, repeatRows(query, numQueries, padded));
    gpu.write(
      standard,
      0,
      settings.scoring === 'cosine'
        ? pairs(padded, () => [0, 1 / numParts])
        : repeatRows(standardPairs(source, query), numQueries, padded),
    );
    return numQueries;
  };

  return {
    score: async (query, onScores, { onTokens, ...options }) => {
      const { during, signal } = options;
      const numQueries = uploadQuery(query);
      /** Tokens seen; of them scored; and held at the start of the buffers, of which the last `batched` are new. */
      let seen = 0;
      let scored = 0;
      let held = 0;
      let batched = 0;
      /** With the last tokens seen: windows reach from one batch into the next. */
      let last: EmbeddingBlock[] = [];
      /** Scores on their way to the host, of one batch: the device is at the next one meanwhile. */
      let arriving: Promise<void> = Promise.resolve();
      const hold = ({ quants: rows, scales: factors, numTokens: count }: EmbeddingBlock, from = 0) => {
        gpu.write(quants, held * width, rows.subarray(from * width));
        gpu.write(scales, 4 * held * numParts, factors.subarray(from * numParts));
        held += count - from;
      };
      const bring = async (at: number, count: number, before: Promise<void>) => {
        const bytes = await recorder.read(score, 0, 4 * count, options);
        await before; // they come in their order
        const arrived = new Float32Array(bytes);
        onScores(arrived);
        freeBytes(arrived);
        onTokens?.(at + count);
      };
      const finishBatch = async (isLast: boolean) => {
        const count = seen - (isLast ? 0 : reach) - scored;
        if (count > 0) {
          scoreBatch({ held, first: scored - (seen - held), count, numQueries });
          const before = arriving;
          arriving = bring(scored, count, before); // a copy on the device, before the next batch is scored
          arriving.catch(() => undefined); // seen when its turn comes
          scored += count;
          await before;
        }
        if (isLast) return;
        held = 0;
        batched = 0;
        let tooMany = last.reduce((sum, block) => sum + block.numTokens, 0) - 2 * reach;
        for (const block of last) {
          hold(block, Math.max(0, tooMany));
          tooMany = 0; // all of the blocks behind the first are wanted
        }
      };
      try {
        for await (const { embeddings: block } of readAhead(source.blocks())) {
          if (batched + block.numTokens > batchTokens) {
            await finishBatch(false);
            await recorder.pace(signal, during);
          }
          hold(block);
          const wanted = lastBlocks(last, block, 2 * reach);
          for (const each of [...last, block]) if (!wanted.includes(each)) source.usedUp?.(each);
          last = wanted;
          seen += block.numTokens;
          batched += block.numTokens;
        }
        await finishBatch(true);
        await recorder.pace(signal, during);
      } finally {
        await arriving.catch(() => undefined); // it reads a buffer that the caller is about to let go of
      }
      await arriving;
    },
    dispose: () => owner.dispose(),
  };
}

/** The blocks of `before` and `block` that hold the last `numTokens` tokens. */
function lastBlocks(
  before: readonly EmbeddingBlock[],
  block: EmbeddingBlock,
  numTokens: number,
): EmbeddingBlock[] {
  let behind = 0;
  return [...before, block]
    .reverse()
    .filter((one) => {
      const isWanted = behind < numTokens;
      behind += one.numTokens;
      return isWanted;
    })
    .reverse();
}

/** (mean, 1 / deviation) of each query token and part over the document. */
export function standardPairs(
  source: Pick<EmbeddingSource, 'moments' | 'numParts' | 'headDim'>,
  query: Float32Array,
): Float32Array<ArrayBuffer> {
  const { mean, invStd } = standardisation(source.moments, query, source.numParts, source.headDim);
  return pairs(mean.length, (i) => [mean[i] ?? 0, invStd[i] ?? 0]);
}

function pairs(count: number, pair: (i: number) => readonly [number, number]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * count }, (_, i) => pair(i >> 1)[i & 1] ?? 0);
}

/** Fills up to `wanted` rows with copies of the first: a maximum over queries does not mind. */
export function repeatRows(rows: Float32Array, count: number, wanted: number): Float32Array<ArrayBuffer> {
  const width = rows.length / count;
  const all = new Float32Array(wanted * width);
  all.set(rows);
  for (let row = count; row < wanted; row++) all.set(rows.subarray(0, width), row * width);
  return all;
}

/** Writes the embedding of token `token` of `block`, dequantised, into row `row` of `query` (`[*, numParts, headDim]`). */
export function dequantiseInto(
  query: Float32Array,
  row: number,
  { quants, scales }: Pick<EmbeddingBlock, 'quants' | 'scales'>,
  token: number,
  { numParts, headDim }: Pick<EmbeddingSource, 'numParts' | 'headDim'>,
): void {
  const width = numParts * headDim;
  for (let i = 0; i < width; i++) {
    const scale = scales[token * numParts + Math.floor(i / headDim)] ?? NaN;
    query[row * width + i] = (quants[token * width + i] ?? NaN) * scale;
  }
}
