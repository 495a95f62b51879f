// Stage 4, gather: which tokens of the document a question needs. The search streams over the stored embeddings block by block; the GPU
// holds a batch of them, the host the scores of all: 8 to 16 bytes a token. The plan is pure (planner). Design 3.3.
import type { EmbeddingBlock, GatherSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  bestWindows,
  highestScore,
  hopSizes,
  maxPool,
  mayFollow,
  mostSearches,
  planFollowing,
  planGather,
  planHop,
  planWholeWindows,
  raiseScores,
  standsOut,
  type TokenSpan,
  type Window,
} from '@longread/planner';
import { chunkOf } from './document-tokens.ts';
import {
  createSearch,
  dequantiseInto,
  searchShape,
  type EmbeddingSource,
  type SearchOptions,
} from './search.ts';

export interface GatherResult {
  /** Strictly increasing. */
  readonly positions: Uint32Array<ArrayBuffer>;
  /** Pooled score of every token, the best over the hops; of what late interaction found before others followed it, its own. */
  readonly scores: Float32Array<ArrayBuffer>;
  /** Best score over the query's tokens, before anything was followed; undefined unless by late interaction. */
  readonly match?: number | undefined;
  /** Scores in one unit, those of the question itself, where something was followed: `scores` mixes two then. */
  readonly unfollowed?: Float32Array<ArrayBuffer>;
}

type Widen = (windows: Window[]) => Promise<Window[]>;

/**
 * Plans the tokens to recompute for the question embedded in `query` (`[*, numParts, headDim]`, unit parts).
 *
 * @param options tells the progress of all searches that there may be, in tokens of the document.
 * @param widen what becomes of the windows that late interaction finds, before they are taken.
 * @throws AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError
 */
export async function gather(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  options: SearchOptions,
  widen: Widen = (windows) => Promise.resolve(windows),
): Promise<GatherResult> {
  const next = searchesOf(options, source.numTokens, mostSearches(settings));
  const first = await searchInHops(gpu, source, query, settings, next, { widen });
  const isLate = settings.scoring === 'late-interaction';
  const found = { ...first, match: isLate ? matchOf(first.scores, query, source) : undefined };
  if (!mayFollow(settings) || !standsOut(found.scores, settings.followFrom)) return found;
  const { numTokens } = source;
  const following = planFollowing(settings);
  const windows = await widen(bestWindows(found.scores, settings, following.kept));
  const taken = planWholeWindows(windows, numTokens, { gatherSize: following.kept, keepEnds: 0 });
  const rest = await searchInHops(gpu, source, query, following.settings, next, { widen, taken });
  for (const position of taken) rest.scores[position] = found.scores[position] ?? NaN;
  return { ...rest, match: found.match, unfollowed: found.scores };
}

/** The options of one search after the other: each of them takes its share of the progress. */
function searchesOf(options: SearchOptions, numTokens: number, most: number): () => SearchOptions {
  const { onTokens } = options;
  let numBefore = 0;
  return () => {
    const before = numTokens * numBefore++;
    return { ...options, onTokens: (done) => onTokens?.(Math.floor((before + done) / most)) };
  };
}

function matchOf(scores: Float32Array, query: Float32Array, source: EmbeddingSource): number {
  return (highestScore(scores) * source.numParts * source.headDim) / query.length;
}

/** Hop after hop, beside what is `taken` already, which counts. */
async function searchInHops(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  nextSearch: () => SearchOptions,
  { taken = new Uint32Array(), widen }: { readonly taken?: Uint32Array<ArrayBuffer>; readonly widen: Widen },
): Promise<GatherResult> {
  const numQuestion = query.length / (source.numParts * source.headDim);
  const shape = searchShape(source, numQuestion, settings);
  const search = await gpu.build('search', (owner) => createSearch(gpu, owner, source, shape, settings));
  const isLate = settings.scoring === 'late-interaction';
  try {
    let best = new Float32Array();
    const spans: TokenSpan[] = [];
    let positions = taken;
    let scores = new Float32Array();
    let pooled = new Float32Array();
    let hopQuery: Float32Array = query;
    const sizes = hopSizes(Math.min(settings.gatherSize, source.numTokens), settings.hops, taken.length);
    for (const [hop, size] of sizes.entries()) {
      const next = hop === 0 ? undefined : planHop(scores, settings, spans);
      // Without a new span to follow, what is left of the size goes to the scores at hand.
      if (next === undefined || next.length > 0) {
        if (next !== undefined) {
          spans.push(...next);
          hopQuery = await embeddingsOf(source, next);
        }
        scores = await search.scoresOf(hopQuery, nextSearch());
        // Late interaction has looked around each token already, and what it takes are whole windows.
        pooled = isLate ? scores : maxPool(scores, settings.smoothWindow);
        // Those of hops before are not looked at any more.
        if (hop === 0) best = pooled;
        else raiseScores(best, pooled);
      }
      const keepEnds = hop === sizes.length - 1 ? settings.keepEnds : 0;
      const plan = { size, taken: positions, pooled };
      if (isLate) {
        const windows = await widen(bestWindows(scores, settings, size + positions.length + 2 * keepEnds));
        positions = planWholeWindows(windows, source.numTokens, { ...settings, keepEnds }, plan);
      } else {
        positions = planGather(scores, { ...settings, keepEnds }, plan);
      }
    }
    return { positions, scores: best };
  } finally {
    search.dispose();
  }
}

/** Stored embeddings of the tokens in `spans`, dequantised: the query of a later hop. */
async function embeddingsOf(source: EmbeddingSource, spans: readonly TokenSpan[]): Promise<Float32Array> {
  const width = source.numParts * source.headDim;
  const tokens = spans.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  const query = new Float32Array(tokens.length * width);
  const blocks = new Map<number, EmbeddingBlock>();
  for (const [row, token] of tokens.entries()) {
    const index = chunkOf(source.chunkStarts, token);
    const block = blocks.get(index) ?? (await source.block(index)).embeddings;
    blocks.set(index, block);
    dequantiseInto(query, row, block, token - (source.chunkStarts[index] ?? 0), source);
  }
  return query;
}
