// How fast this engine has fetched and read: amounts and times of the progress that its calls report.
import type { Progress } from '../api.ts';

export interface Rates {
  /** Passes a call's progress on, and notes how it goes. */
  readonly watch: (onProgress: ((progress: Progress) => void) | undefined) => (progress: Progress) => void;
  /** Bytes or tokens a second so far; undefined while nothing of the phase has gone forward. */
  readonly perSecond: (phase: Progress['phase']) => number | undefined;
}

/** @param now milliseconds */
export function createRates(now: () => number = () => performance.now()): Rates {
  const totals = new Map<Progress['phase'], { amount: number; ms: number }>();
  return {
    watch: (onProgress) => {
      let last: { readonly phase: Progress['phase']; readonly done: number; readonly at: number } | undefined;
      return (progress) => {
        const { phase, done } = progress;
        const at = now();
        // What was there before the first report, as of a download that goes on, took no time here.
        if (last?.phase === phase && done >= last.done) {
          const total = totals.get(phase) ?? { amount: 0, ms: 0 };
          totals.set(phase, { amount: total.amount + done - last.done, ms: total.ms + at - last.at });
        }
        last = { phase, done, at };
        onProgress?.(progress);
      };
    },
    perSecond: (phase) => {
      const { amount = 0, ms = 0 } = totals.get(phase) ?? {};
      return amount > 0 && ms > 0 ? (1000 * amount) / ms : undefined;
    },
  };
}
