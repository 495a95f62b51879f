// Cascading KV cache (arXiv 2406.17808): which tokens of one head stay, one token at a time. Behind the first tokens stand ring buffers,
// each of which takes half as many of the tokens as the one before: the further back, the sparser.
import type { EvictionRule } from './eviction-rules.ts';

export interface CascadeSettings {
  /** First tokens, which stay. */
  readonly sinks: number;
  readonly numBuffers: number;
  /** Slots of each buffer. */
  readonly bufferSlots: number;
}

/** Buffers, and first tokens, of the authors' scripts. */
const usualBuffers = 4;
const usualSinks = 4;

/** So many entries in all: what four buffers of one length leave of them goes to the first tokens, up to three more. */
export function cascadeSettings(budget: number): CascadeSettings {
  const bufferSlots = Math.max(0, Math.floor((budget - usualSinks) / usualBuffers));
  return { sinks: budget - usualBuffers * bufferSlots, numBuffers: usualBuffers, bufferSlots };
}

/**
 * What a query fades what was received before it by, as -ln beta: in as many queries as a buffer has slots a hundredth is left, as in
 * the authors' code.
 */
export function cascadeFading(budget: number): number {
  return Math.log(100) / Math.max(1, cascadeSettings(budget).bufferSlots);
}

export interface Cascade {
  /**
   * The next token of the prompt.
   *
   * @param scoreOf score of a token that is in the cache or was this call's: of two that compete the higher stays.
   * @returns the token that is dropped for it, if any.
   */
  add(scoreOf: (token: number) => number): number | undefined;
  /** The tokens in the cache, ascending: an entry's position is its place among them. */
  entries(): readonly number[];
}

/**
 * Tokens are numbered from 0 on: those that stand, oldest first, then in the order of `add`.
 *
 * @param numBefore tokens of the prompt so far. How many of them stand, and in which buffers, follows from that: until all slots are
 * taken nothing is dropped, and from then on no slot is ever free.
 */
export function createCascade({ sinks, numBuffers, bufferSlots }: CascadeSettings, numBefore = 0): Cascade {
  const capacity = sinks + numBuffers * bufferSlots;
  const standing = Array.from({ length: Math.min(numBefore, capacity) }, (_, token) => token);
  let numNamed = standing.length;
  const first = standing.splice(0, sinks);
  /** The newest tokens' first; each oldest first. */
  const buffers = Array.from({ length: numBuffers }, () => standing.splice(-bufferSlots));
  let numAdded = numBefore;

  /** @returns what is dropped */
  const offer = (
    candidate: number,
    index: number,
    turn: number,
    scoreOf: (token: number) => number,
  ): number | undefined => {
    const buffer = buffers[index];
    if (buffer === undefined) return candidate; // behind the last
    const newest = buffer.at(-1);
    if (turn < capacity - sinks || turn % 2 ** index === 0 || newest === undefined) {
      buffer.push(candidate);
      const oldest = buffer.length > bufferSlots ? buffer.shift() : undefined;
      return oldest === undefined ? undefined : offer(oldest, index + 1, turn, scoreOf);
    }
    if (scoreOf(candidate) <= scoreOf(newest)) return candidate;
    buffer[buffer.length - 1] = candidate;
    return newest;
  };

  return {
    add: (scoreOf) => {
      const token = numNamed++;
      const turn = numAdded++ - sinks;
      if (turn >= 0) return offer(token, 0, turn, scoreOf);
      first.push(token);
      return undefined;
    },
    entries: () => [...first, ...buffers.toReversed().flat()],
  };
}

/**
 * The entries of [kept ++ chunk] that stay, one KV head's.
 *
 * @param scores one an entry, oldest first.
 * @param keep entries in all.
 * @param numBefore tokens of the prompt before the chunk.
 * @returns `[scores.length]`: 1 for those that stay, else 0.
 */
export function planCascade(scores: Float32Array, keep: number, numBefore: number): Uint32Array<ArrayBuffer> {
  const cascade = createCascade(cascadeSettings(keep), numBefore);
  const scoreOf = (entry: number) => scores[entry] ?? NaN;
  for (let entry = Math.min(numBefore, keep); entry < scores.length; entry++) cascade.add(scoreOf);
  const flags = new Uint32Array(scores.length);
  for (const entry of cascade.entries()) flags[entry] = 1;
  return flags;
}

export const cascadeRule: EvictionRule = {
  numQueries: Infinity,
  accumulates: true,
  perLayer: false,
  once: false,
  plan: (scores, keep, _, numBefore) => planCascade(scores, keep, numBefore),
  recent: () => 0,
};
