// Stage 4, gather: which tokens of the document a question needs. The search streams over the stored embeddings block by block; the GPU
// holds a batch of them, the host the best scores and of all others up to five bits a token, in three searches. The plan is pure (planner).
// Design 3.3.
import type { EmbeddingBlock, GatherSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  bestWindows,
  createScoreCollector,
  hopSizes,
  mayFollow,
  mostSearches,
  planFollowing,
  planGather,
  planHop,
  planWholeWindows,
  standsOut,
  wantedScores,
  type CollectedScores,
  type StripedScores,
  type TokenScores,
  type TokenSpan,
  type Window,
} from '@longread/planner';
import { chunkOf } from './document-tokens.ts';
import { createWordGatherer, type GatherText } from './gather-words.ts';
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
  /** Pooled, the best over the hops that have a token among their best; of what late interaction found before others followed it, its own. */
  readonly scores: TokenScores;
  /** Best score over the query's tokens, before anything was followed; undefined unless by late interaction. */
  readonly match?: number | undefined;
  /** Scores in one unit, those of the question itself, where something was followed: `scores` mixes two then. */
  readonly unfollowed?: TokenScores;
}

/** What the question says, and the text that it is asked of. */
export interface GatherWords {
  readonly question: string;
  readonly text: GatherText;
}

/**
 * Plans the tokens to recompute for the question embedded in `query` (`[*, numParts, headDim]`, unit parts).
 *
 * @param options tells the progress of all searches that there may be, in tokens of the document.
 * @param words without them nothing but embeddings is looked at.
 * @throws AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError
 */
export async function gather(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  options: SearchOptions,
  words?: GatherWords,
): Promise<GatherResult> {
  const next = searchesOf(options, source.numTokens, mostSearches(settings));
  const text = words?.text;
  const byWords = words && (await createWordGatherer(words.question, words.text, settings));
  const first = await startHops(gpu, source, query, settings, next, text, byWords?.named);
  let match: number | undefined;
  try {
    if (settings.scoring === 'late-interaction') match = matchOf(first.scores, query, source);
    if (!mayFollow(settings) || !standsOut(first.scores.highest(), first.spread, settings.followFrom)) {
      const found = await first.select(await byWords?.take(first.scores));
      await byWords?.raise(found.scores);
      return { ...found, match };
    }
  } finally {
    first.dispose();
  }
  const { scores } = first;
  await byWords?.raise(scores);
  const { kept, settings: following } = planFollowing(settings);
  const windows = await widen(text, bestWindows(scores, settings, kept));
  const taken =
    (await byWords?.take(scores, { windows, kept })) ??
    planWholeWindows(windows, source.numTokens, { gatherSize: kept, keepEnds: 0 });
  const rest = await startHops(gpu, source, query, following, next, text);
  try {
    const found = await rest.select(taken);
    for (const position of taken) found.scores.fill(scores.at(position), position, position + 1);
    return { ...found, match, unfollowed: scores };
  } finally {
    rest.dispose();
  }
}

async function widen(text: GatherText | undefined, windows: readonly Window[]): Promise<readonly Window[]> {
  return (await text?.widen(windows)) ?? windows;
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

function matchOf(scores: StripedScores, query: Float32Array, source: EmbeddingSource): number {
  return (scores.highest() * source.numParts * source.headDim) / query.length;
}

/** The first of several searches, and those that follow from it. */
interface Hops {
  /** Of the first search, pooled. */
  readonly scores: StripedScores;
  /** Of the first search. */
  readonly spread: CollectedScores['spread'];
  /** Searches hop after hop and takes the best of each beside what is `taken`, which counts. Once. */
  select(taken?: Uint32Array<ArrayBuffer>): Promise<GatherResult & { readonly scores: StripedScores }>;
  dispose(): void;
}

/** Does the first search. @param named stretches of which the best are wanted, whatever else there is. */
async function startHops(
  gpu: Gpu,
  source: EmbeddingSource,
  query: Float32Array,
  settings: GatherSettings,
  nextSearch: () => SearchOptions,
  text: GatherText | undefined,
  named?: readonly TokenSpan[],
): Promise<Hops> {
  const numQuestion = query.length / (source.numParts * source.headDim);
  const shape = searchShape(source, numQuestion, settings);
  const search = await gpu.build('search', (owner) => createSearch(gpu, owner, source, shape, settings));
  const isLate = settings.scoring === 'late-interaction';
  const scoresFor = async (vectors: Float32Array, spans?: readonly TokenSpan[]) => {
    const collector = createScoreCollector(source.numTokens, wantedScores(settings, spans));
    await search.score(vectors, (scores) => collector.add(scores), nextSearch());
    return collector.end();
  };
  const first = await scoresFor(query, named).catch((error: unknown) => {
    search.dispose();
    throw error;
  });
  const best = first.pooled;
  const select: Hops['select'] = async (before = new Uint32Array()) => {
    let { raw: scores, pooled } = first;
    let positions = before;
    const spans: TokenSpan[] = [];
    const sizes = hopSizes(Math.min(settings.gatherSize, source.numTokens), settings.hops, before.length);
    for (const [hop, size] of sizes.entries()) {
      const next = hop === 0 ? [] : planHop(scores, settings, spans);
      // Without a new span to follow, what is left of the size goes to the scores at hand.
      if (next.length > 0) {
        spans.push(...next);
        ({ raw: scores, pooled } = await scoresFor(await embeddingsOf(source, next)));
        // Those of hops before are not looked at any more.
        best.raise(pooled);
      }
      const keepEnds = hop === sizes.length - 1 ? settings.keepEnds : 0;
      const plan = { size, taken: positions, pooled };
      if (isLate) {
        const windows = bestWindows(scores, settings, size + positions.length + 2 * keepEnds);
        positions = planWholeWindows(
          await widen(text, windows),
          source.numTokens,
          { ...settings, keepEnds },
          plan,
        );
      } else {
        positions = planGather(scores, { ...settings, keepEnds }, plan);
      }
    }
    return { positions, scores: best };
  };
  return { scores: best, spread: first.spread, select, dispose: () => search.dispose() };
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
