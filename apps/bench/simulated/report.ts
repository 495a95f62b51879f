// A simulated search in a few lines: what it took beside the same of 16,384 tokens.
import type { ReadRun, SimulatedRun } from '../pages/simulated/driver.ts';

/** The most that was in the page's heap, and in the buffers of its arrays. */
export interface Held {
  /** As seen every second after a collection; with garbage each at its most, seen every 50 ms. */
  readonly heapBytes: number;
  readonly arrayBytes: number;
  /** With garbage only: the most of both together, and what was left of them at the end, garbage collected. */
  readonly garbage?: { readonly mostBytes: number; readonly leftBytes: number };
}

/** What is told of a length and of a short one. */
export interface Pair<T> {
  readonly short: T & Held;
  readonly long: T & Held;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export function formatSimulated({ short, long }: Pair<SimulatedRun>): string {
  const { numTokens, passes } = long;
  const perMillion = (ms: number) => `${seconds((1e6 * ms) / numTokens)} a million tokens`;
  return [
    `${whole(numTokens)} tokens, ${megabytes(long.storeBytes)} if they were stored; ${long.adapter}`,
    `opened in ${seconds(long.openMs)} (${whole(short.numTokens)} tokens: ${seconds(short.openMs)})`,
    `embeddings read through the store: ${perMillion(long.verifiedMs)} when verified, ${perMillion(long.knownMs)} when known, ${perMillion(long.makeMs)} of making them`,
    `a question: ${seconds(long.searchMs)}, ${perMillion(long.searchMs)}; ${String(passes.length)} searches of ${passes
      .map(({ ms, storeMs }) => `${seconds(ms)} (${seconds(storeMs)} at the store)`)
      .join(', ')}; ${whole(long.gathered)} tokens gathered`,
    ...heldLines({ short, long }),
  ].join('\n');
}

export function formatRead({ short, long }: Pair<ReadRun>): string {
  const { numTokens, surveyMs, readMs } = long;
  const rate = ({ numTokens: count, readMs: ms }: ReadRun) => whole((1000 * count) / ms);
  return [
    `${whole(numTokens)} tokens read by a tiny model: ${seconds(surveyMs)} to know the text, ${seconds(readMs)} to read it: ${rate(long)} tokens/s (${whole(short.numTokens)} tokens: ${rate(short)})`,
    `opened in ${seconds(long.openMs)} (${seconds(short.openMs)}); a question ${seconds(long.askMs)}, the next ${seconds(long.askAgainMs)}`,
    ...heldLines({ short, long }),
  ].join('\n');
}

function garbageLines({ garbage: short }: Held, { garbage: long }: Held): string[] {
  if (short === undefined || long === undefined) return [];
  const [most, left] = [long.mostBytes - short.mostBytes, long.leftBytes - short.leftBytes].map(megabytes);
  return [
    `with garbage, both at most ${megabytes(long.mostBytes)}, ${most} more; ${megabytes(long.leftBytes)} at the end without, ${left} more`,
  ];
}

function heldLines({ short, long }: Pair<{ readonly numTokens: number; readonly gpuBytes: number }>) {
  const more = (of: 'heapBytes' | 'arrayBytes' | 'gpuBytes') => megabytes(long[of] - short[of]);
  return [
    `heap at most ${megabytes(long.heapBytes)} and ${megabytes(long.arrayBytes)} of arrays: ${more('heapBytes')} and ${more('arrayBytes')} more than of ${whole(short.numTokens)} tokens`,
    ...garbageLines(short, long),
    `GPU at most ${megabytes(long.gpuBytes)}: ${more('gpuBytes')} more`,
  ];
}
