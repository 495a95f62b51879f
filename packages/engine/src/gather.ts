// Stage 4, gather: which tokens of the document a question needs. The search streams over the stored embeddings block by block,
// so a long document needs no more GPU memory than a short one; the plan is pure (planner). Design 3.3.
import type { ChunkRecord, EmbeddingBlock, GatherSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { hopSizes, maxPool, planGather, planHop, standardisation, type TokenSpan } from '@longread/planner';
import { similarity } from '@longread/shaders';
import type { PassOptions } from './forward/transformer.ts';

/** What gather needs of a document. */
export interface EmbeddingSource {
  readonly numTokens: number;
  readonly chunkSize: number;
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

/** Queries per pass of the kernel's inner tile. */
const queryTile = 16;

/**
 * Plans the tokens to recompute for the question embedded in `query` (`[*, numParts, headDim]`, unit parts).
 * @throws AbortedError | IntegrityError (a damaged chunk) | DeviceLostError
 */
export async function gather(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  options: PassOptions,
): Promise<GatherResult> {
  const best = new Float32Array(source.numTokens).fill(-Infinity);
  const spans: TokenSpan[] = [];
  let positions = new Uint32Array();
  let scores = new Float32Array();
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
      scores = await search(gpu, source, hopQuery, settings.scoring, options);
      maxPool(scores, settings.smoothWindow).forEach((score, i) => {
        if (score > (best[i] ?? score)) best[i] = score;
      });
    }
    const keepEnds = hop === sizes.length - 1 ? settings.keepEnds : 0;
    positions = planGather(scores, { ...settings, keepEnds }, { size, taken: positions });
  }
  return { positions, scores: best };
}

/** One score a token: similarity to the nearest query token, by the scoring in use. */
async function search(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  scoring: GatherSettings['scoring'],
  { during, signal }: PassOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const { numTokens, chunkSize, numParts, headDim } = source;
  const { recorder } = gpu;
  const kernel = await gpu.kernels.get(similarity);
  const numQueries = query.length / (numParts * headDim);
  const padded = Math.ceil(numQueries / queryTile) * queryTile;
  const numGroups = scoring === 'cosine' ? 1 : numParts;
  const owner = gpu.owner('search');
  try {
    const quants = owner.storage('quants', chunkSize * numParts * headDim);
    const scales = owner.storage('scales', 4 * chunkSize * numParts);
    const queries = owner.storage('queries', 4 * padded * numParts * headDim);
    const standard = owner.storage('standard', 8 * padded * numGroups);
    const blockScores = owner.storage('block scores', 4 * chunkSize);
    const allScores = owner.storage('scores', 4 * numTokens);
    await owner.settled();
    gpu.write(queries, 0, repeatRows(query, numQueries, padded));
    gpu.write(
      standard,
      0,
      scoring === 'cosine'
        ? pairs(padded, () => [0, 1 / numParts])
        : repeatRows(standardPairs(source, query), numQueries, padded),
    );
    let first = 0;
    for await (const { embeddings: block } of source.blocks()) {
      gpu.write(quants, 0, block.quants);
      gpu.write(scales, 0, block.scales);
      recorder.dispatch(
        kernel,
        { quants, scales, queries, standard, score: blockScores },
        {
          num_tokens: block.numTokens,
          num_queries: padded,
          num_parts: numParts,
          num_groups: numGroups,
          head_dim: headDim,
        },
      );
      recorder.copy(blockScores, 0, allScores, 4 * first, 4 * block.numTokens);
      first += block.numTokens;
      await recorder.pace(signal, during);
    }
    return new Float32Array(await recorder.read(allScores, 0, 4 * numTokens));
  } finally {
    owner.dispose();
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
    const index = Math.floor(token / source.chunkSize);
    const block = blocks.get(index) ?? (await source.block(index)).embeddings;
    blocks.set(index, block);
    const at = token - index * source.chunkSize;
    for (let i = 0; i < width; i++) {
      const part = at * source.numParts + Math.floor(i / source.headDim);
      query[row * width + i] = (block.quants[at * width + i] ?? 0) * (block.scales[part] ?? 0);
    }
  }
  return query;
}
