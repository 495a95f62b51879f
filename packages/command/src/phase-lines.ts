// The engine's phases where standard error is a file or a pipe: a line each when it has ended, and one a minute while it runs.
import { createPace, type Pace } from '@longread/core';
import type { Progress } from 'longread';
import type { ProgressBars } from './progress-bars.ts';
import { leastMs, megabytes, rateAndTime } from './time-left.ts';

const everyMs = 60_000;

function amountOf({ done, total, unit }: Progress): string {
  const number = (amount: number) => (unit === 'bytes' ? megabytes(amount) : amount.toLocaleString('en-US'));
  const whole = done < total ? ` of ${number(total)}` : '';
  return `${number(done)}${whole} ${unit === 'bytes' ? 'MB' : unit}`;
}

interface RunningPhase {
  readonly startedAt: number;
  readonly pace: Pace;
  saidAt: number;
  last: Progress;
}

/** Writes what each phase did, and the notes that it reports. @param now in milliseconds */
export function createPhaseLines(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): ProgressBars {
  let running: RunningPhase | undefined;
  const stop = (): void => {
    if (running !== undefined) {
      const { last, startedAt } = running;
      write(`${last.phase}: ${amountOf(last)} in ${((now() - startedAt) / 1000).toFixed(1)} s`);
    }
    running = undefined;
  };
  return {
    stop,
    update(progress) {
      const { phase, unit } = progress;
      const at = now();
      if (running?.last.phase !== phase) {
        stop();
        running = { startedAt: at, pace: createPace(leastMs), saidAt: at, last: progress };
      }
      running.last = progress;
      running.pace.add(progress, at);
      if (at - running.saidAt >= everyMs) {
        running.saidAt = at;
        write(`${phase}: ${amountOf(progress)}${rateAndTime(running.pace, unit)}`);
      }
      for (const text of progress.notes ?? []) write(`Note: ${text}`);
    },
  };
}
