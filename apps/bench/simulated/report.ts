// A simulated search in a few lines: what it took beside the same of 16,384 tokens.
import type { SimulatedRun } from '../pages/simulated/driver.ts';

export interface MeasuredRun extends SimulatedRun {
  /** The most that was alive in the page's heap, and in the buffers of its arrays, as seen every second after a collection. */
  readonly heapBytes: number;
  readonly arrayBytes: number;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export function formatSimulated(short: MeasuredRun, long: MeasuredRun): string {
  const { numTokens, passes } = long;
  const perMillion = (ms: number) => `${seconds((1e6 * ms) / numTokens)} a million tokens`;
  const more = (of: (run: MeasuredRun) => number) => megabytes(of(long) - of(short));
  return [
    `${whole(numTokens)} tokens, ${megabytes(long.storeBytes)} if they were stored; ${long.adapter}`,
    `opened in ${seconds(long.openMs)} (${whole(short.numTokens)} tokens: ${seconds(short.openMs)})`,
    `embeddings read through the store: ${perMillion(long.verifiedMs)} when verified, ${perMillion(long.knownMs)} when known, ${perMillion(long.makeMs)} of making them`,
    `a question: ${seconds(long.searchMs)}, ${perMillion(long.searchMs)}; ${String(passes.length)} searches of ${passes
      .map(({ ms, storeMs }) => `${seconds(ms)} (${seconds(storeMs)} at the store)`)
      .join(', ')}; ${whole(long.gathered)} tokens gathered`,
    `heap at most ${megabytes(long.heapBytes)} and ${megabytes(long.arrayBytes)} of arrays: ${more(({ heapBytes }) => heapBytes)} and ${more(({ arrayBytes }) => arrayBytes)} more than of ${whole(short.numTokens)} tokens`,
    `GPU at most ${megabytes(long.gpuBytes)}: ${more(({ gpuBytes }) => gpuBytes)} more`,
  ].join('\n');
}
