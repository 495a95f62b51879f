// What the strategy pages (InfLLM, arXiv 2402.04617) attends to: a document's first entries, a few pages of it, and the newest entries.
// Indices are those of the prompt's tokens.
import { attendingLayers, headDimOf, InvalidInputError, invariant, type ModelConfig } from '@longread/core';

export interface PageShape {
  readonly sinks: number;
  readonly pageTokens: number;
  /** Pages that are attended to at once. */
  readonly numPages: number;
  /** Most newest entries; up to a page's start, so that every token is in the first, in a page or in these. */
  readonly recent: number;
}

/** Keys that stand for a page. */
export const pageRepresentatives = 4;

/**
 * The authors' 128 first tokens, 16 pages of 128 and 4,096 newest, in proportion to the budget: 16 pages, and as long a piece at the
 * start, of a 49th of it each, but no longer than the authors'.
 * @throws InvalidInputError for a budget that has no 49 entries
 */
export function pageShape(budget: number): PageShape {
  if (budget < 49) {
    throw new InvalidInputError(
      `The budget is ${budget}: the strategy pages needs one of at least 49, for 16 pages, the first tokens and twice as many newest. Raise gatherSize or the read setting budget, or use another strategy.`,
      { setting: 'budget', value: budget, limit: 49 },
    );
  }
  const pageTokens = Math.min(128, Math.floor(budget / 49));
  return { sinks: pageTokens, pageTokens, numPages: 16, recent: budget - 17 * pageTokens };
}

/** What a token takes on the host: keys, values and a score of all layers. Bytes. */
export function pagedBytes(config: ModelConfig): number {
  return attendingLayers(config, config.numLayers).reduce(
    (sum, layer) => sum + 4 * config.numKvHeads * (2 * headDimOf(config, layer) + 1),
    0,
  );
}

export interface PageLayout {
  /** Whole pages behind the first tokens, to choose from. */
  readonly numPages: number;
  /** First of the newest entries. */
  readonly recentStart: number;
}

/** How `numRead` tokens are cut. */
export function layPages(numRead: number, { sinks, pageTokens, recent }: PageShape): PageLayout {
  const older = numRead - recent - sinks;
  const numPages = Math.max(0, Math.ceil(older / pageTokens));
  return { numPages, recentStart: numPages === 0 ? 0 : sinks + numPages * pageTokens };
}

/** The `count` entries that received most attention, ties to the older; ascending. */
export function planRepresentatives(received: Float32Array, count = pageRepresentatives): readonly number[] {
  const best = [...received.keys()].sort((a, b) => (received[b] ?? 0) - (received[a] ?? 0) || a - b);
  return best.slice(0, count).sort((a, b) => a - b);
}

/**
 * A page's score is the mean query times the page's key, before rotation and summed over the query heads; the best pages, ties to the
 * earlier, ascending.
 *
 * @param query `[numHeads, headDim]`: mean of the queries at hand.
 * @param pageKeys of each page `[numKvHeads, headDim]`: mean of the keys that stand for it.
 */
export function choosePages(
  query: Float32Array,
  pageKeys: readonly Float32Array[],
  {
    numHeads,
    numKvHeads,
    headDim,
  }: { readonly numHeads: number; readonly numKvHeads: number; readonly headDim: number },
  count: number,
): readonly number[] {
  invariant(query.length === numHeads * headDim, `a mean query of ${query.length} floats`);
  const scores = pageKeys.map((key) => {
    let score = 0;
    for (let head = 0; head < numHeads; head++) {
      const kv = Math.floor(head / (numHeads / numKvHeads));
      for (let d = 0; d < headDim; d++)
        score += (query[head * headDim + d] ?? NaN) * (key[kv * headDim + d] ?? NaN);
    }
    return score;
  });
  const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return best.slice(0, count).sort((a, b) => a - b);
}

/** The prompt's tokens that are attended to, ascending: the first, the chosen pages, the newest. */
export function pageEntries(
  numRead: number,
  shape: PageShape,
  chosen: readonly number[],
): Uint32Array<ArrayBuffer> {
  const { recentStart, numPages } = layPages(numRead, shape);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const sinks = numPages === 0 ? [] : range(0, shape.sinks);
  const pages = chosen.flatMap((page) => {
    invariant(page < numPages, `page ${page} of ${numPages}`);
    const first = shape.sinks + page * shape.pageTokens;
    return range(first, first + shape.pageTokens);
  });
  return Uint32Array.from([...sinks, ...pages, ...range(recentStart, numRead)]);
}
