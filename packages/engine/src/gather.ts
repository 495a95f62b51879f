// Stage 4, gather: which tokens of the document a question needs. The search streams over the stored embeddings block by block; on the
// GPU a token takes the four bytes of its score, and on the host a few times that. The plan is pure (planner). Design 3.3.
import type { ChunkRecord, EmbeddingBlock, GatherSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  hopSizes,
  maxBatchTokens,
  maxPool,
  paddedQueries,
  planGather,
  planHop,
  searchSizes,
  standardisation,
  type SearchShape,
  type TokenSpan,
} from '@longread/planner';
import { similarity } from '@longread/shaders';
import type { PassOptions } from './forward/transformer.ts';

/** What gather needs of a document. */
export interface EmbeddingSource {
  readonly numTokens: number;
  readonly chunkSize: number;
  /** First token of each chunk, rising: the last chunk of every text that was read is ragged. */
  readonly chunkStarts: readonly number[];
  readonly numParts: number;
  readonly headDim: number;
  readonly moments: Float64Array;
  blocks(): AsyncIterable<ChunkRecord>;
  block(index: number): Promise<ChunkRecord>;
}

export interface GatherResult {
  /** Strictly increasing. */
  readonly positions: Uint32Array<ArrayBuffer>;
  /** Pooled score of every token, the best over the hops. */
  readonly scores: Float32Array<ArrayBuffer>;
}

/** The kernel of the search. @throws ShaderCompileError */
export function compileSearch({ kernels }: Gpu) {
  return kernels.get(similarity.bodies.plain);
}

/** What the searches of one question allocate, all of its hops. */
export function searchShape(
  source: EmbeddingSource,
  numQuestion: number,
  settings: GatherSettings,
): SearchShape {
  const numHop = settings.hops > 1 ? settings.peaks * (2 * settings.peakSpan + 1) : 0;
  const numBlocks = Math.ceil(source.numTokens / source.chunkSize);
  const blocksAtOnce = Math.max(1, Math.floor(maxBatchTokens / source.chunkSize));
  return {
    batchTokens: source.chunkSize * Math.min(numBlocks, blocksAtOnce),
    numTokens: source.numTokens,
    numQueries: Math.max(numQuestion, numHop),
    numGroups: settings.scoring === 'cosine' ? 1 : source.numParts,
  };
}

/**
 * Plans the tokens to recompute for the question embedded in `query` (`[*, numParts, headDim]`, unit parts).
 * @throws AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError
 */
export async function gather(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  options: PassOptions,
): Promise<GatherResult> {
  const search = await gpu.build('search', (owner) => createSearch(gpu, owner, source, query, settings));
  try {
    const best = new Float32Array(source.numTokens).fill(-Infinity);
    const spans: TokenSpan[] = [];
    let positions = new Uint32Array();
    let scores = new Float32Array();
    let pooled = new Float32Array();
    let hopQuery: Float32Array = query;
    const sizes = hopSizes(Math.min(settings.gatherSize, source.numTokens), settings.hops);
    for (const [hop, size] of sizes.entries()) {
      const next = hop === 0 ? undefined : planHop(scores, settings, spans);
      // Without a new span to follow, what is left of the size goes to the scores at hand.
      if (next === undefined || next.length > 0) {
        if (next !== undefined) {
          spans.push(...next);
          hopQuery = await embeddingsOf(source, next);
        }
        scores = await search.scoresOf(hopQuery, options);
        pooled = maxPool(scores, settings.smoothWindow);
        pooled.forEach((score, i) => {
          if (score > (best[i] ?? score)) best[i] = score;
        });
      }
      const keepEnds = hop === sizes.length - 1 ? settings.keepEnds : 0;
      positions = planGather(scores, { ...settings, keepEnds }, { size, taken: positions, pooled });
    }
    return { positions, scores: best };
  } finally {
    search.dispose();
  }
}

interface Search {
  /** One score a token: similarity to the nearest query token, by the scoring in use. */
  scoresOf(query: Float32Array, options: PassOptions): Promise<Float32Array<ArrayBuffer>>;
  dispose(): void;
}

/** Allocates from `owner`, whose disposal ends it. */
async function createSearch(
  gpu: Gpu,
  owner: BufferOwner,
  source: EmbeddingSource,
  question: Float32Array,
  settings: GatherSettings,
): Promise<Search> {
  const { numTokens, numParts, headDim } = source;
  const { recorder } = gpu;
  const width = numParts * headDim;
  const kernel = await compileSearch(gpu);
  const shape = searchShape(source, question.length / width, settings);
  const sizes = searchSizes({ headDim }, numParts, shape);
  const quants = owner.storage('quants', sizes.quants);
  const scales = owner.storage('scales', sizes.scales);
  const queries = owner.storage('queries', sizes.queries);
  const standard = owner.storage('standard', sizes.standard);
  const batchScores = owner.storage('batch scores', sizes.batchScores);
  const scores = owner.storage('scores', sizes.scores);

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
    return padded;
  };
  return {
    scoresOf: async (query, options) => {
      const { during, signal } = options;
      const padded = uploadQuery(query);
      let first = 0;
      let batched = 0;
      const searchBatch = () => {
        if (batched === 0) return;
        const step = recorder.rowsPerDispatch(kernel, 2 * padded * width, 8);
        for (let token = 0; token < batched; token += step) {
          recorder.dispatch(
            kernel,
            { quants, scales, queries, standard, score: batchScores },
            {
              first_token: token,
              num_tokens: Math.min(step, batched - token),
              num_queries: padded,
              num_parts: numParts,
              num_groups: shape.numGroups,
              head_dim: headDim,
            },
          );
        }
        recorder.copy(batchScores, 0, scores, 4 * first, 4 * batched);
        recorder.submit();
        first += batched;
        batched = 0;
      };
      for await (const { embeddings: block } of readAhead(source.blocks())) {
        if (batched + block.numTokens > shape.batchTokens) {
          searchBatch();
          await recorder.pace(signal, during);
        }
        gpu.write(quants, batched * width, block.quants);
        gpu.write(scales, 4 * batched * numParts, block.scales);
        batched += block.numTokens;
      }
      searchBatch();
      await recorder.pace(signal, during);
      return new Float32Array(await recorder.read(scores, 0, 4 * numTokens, options));
    },
    dispose: () => owner.dispose(),
  };
}

/** Asks for the next item before the one at hand is used: storage and device work at the same time. */
async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let item = await next; item.done !== true; item = await next) {
      next = iterator.next();
      next.catch(() => undefined); // seen when its turn comes, unless the reader stops before
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function standardPairs(source: EmbeddingSource, query: Float32Array): Float32Array<ArrayBuffer> {
  const { mean, invStd } = standardisation(source.moments, query, source.numParts, source.headDim);
  return pairs(mean.length, (i) => [mean[i] ?? 0, invStd[i] ?? 0]);
}

function pairs(count: number, pair: (i: number) => readonly [number, number]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * count }, (_, i) => pair(i >> 1)[i & 1] ?? 0);
}

/** Fills up to `wanted` rows with copies of the first: a maximum over queries does not mind. */
function repeatRows(rows: Float32Array, count: number, wanted: number): Float32Array<ArrayBuffer> {
  const width = rows.length / count;
  const all = new Float32Array(wanted * width);
  all.set(rows);
  for (let row = count; row < wanted; row++) all.set(rows.subarray(0, width), row * width);
  return all;
}

/** Stored embeddings of the tokens in `spans`, dequantised: the query of a later hop. */
async function embeddingsOf(source: EmbeddingSource, spans: readonly TokenSpan[]): Promise<Float32Array> {
  const width = source.numParts * source.headDim;
  const tokens = spans.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  const query = new Float32Array(tokens.length * width);
  const blocks = new Map<number, EmbeddingBlock>();
  for (const [row, token] of tokens.entries()) {
    const index = source.chunkStarts.findLastIndex((start) => start <= token);
    const block = blocks.get(index) ?? (await source.block(index)).embeddings;
    blocks.set(index, block);
    const at = token - (source.chunkStarts[index] ?? 0);
    for (let i = 0; i < width; i++) {
      const part = at * source.numParts + Math.floor(i / source.headDim);
      query[row * width + i] = (block.quants[at * width + i] ?? 0) * (block.scales[part] ?? 0);
    }
  }
  return query;
}
