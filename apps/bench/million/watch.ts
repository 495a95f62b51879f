// Watches a page that reads: tokens by the clock, and the most that it held.
import type { Progress } from 'longread';
import type { Stretch } from './record.ts';

/** Tokens of a stretch that is timed: some chunks. */
const stretchTokens = 8192;
const lookEveryMs = 2000;

export interface Watch {
  /** Takes what the page reports. */
  onProgress(progress: Progress): void;
  /** Notes the stretches of the part behind `before` tokens that is read next, until it is stopped. */
  reading(before: number, onStretch: (stretch: Stretch) => void): { stop(): void };
  /** The most bytes of the heap since this was called last, and now. */
  peakHeap(): Promise<number>;
  end(): void;
}

/** @param heapBytes of the page */
export function createWatch(heapBytes: () => Promise<number>, now = () => performance.now()): Watch {
  let peak = 0;
  let onTokens: ((tokens: number) => void) | undefined;
  const look = async () => {
    peak = Math.max(peak, await heapBytes());
  };
  const timer = setInterval(() => {
    look().catch(() => undefined); // the page may be gone by then
  }, lookEveryMs);
  return {
    onProgress: ({ phase, done }) => {
      if (phase === 'compress') onTokens?.(done);
    },
    reading: (before, onStretch) => {
      let last: { readonly tokens: number; readonly at: number } | undefined;
      let newest: typeof last;
      const close = () => {
        if (last === undefined || newest === undefined || newest.tokens === last.tokens) return;
        const seconds = (newest.at - last.at) / 1000;
        onStretch({ from: last.tokens, to: newest.tokens, seconds: Math.round(seconds * 1000) / 1000 });
        last = newest;
      };
      onTokens = (done) => {
        newest = { tokens: before + done, at: now() };
        last ??= newest;
        if (newest.tokens - last.tokens >= stretchTokens) close();
      };
      return {
        stop: () => {
          onTokens = undefined;
          close();
        },
      };
    },
    peakHeap: async () => {
      await look();
      const reached = peak;
      peak = 0;
      return reached;
    },
    end: () => clearInterval(timer),
  };
}
