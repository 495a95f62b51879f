// The engine's phases where standard error is a file or a pipe: one line each, when it has ended.
import type { Progress } from 'longread';
import type { ProgressBars } from './progress-bars.ts';

function numberOf(amount: number, unit: Progress['unit']): string {
  return unit === 'bytes' ? (amount / 1e6).toFixed(1) : amount.toLocaleString('en-US');
}

interface RunningPhase {
  readonly startedAt: number;
  last: Progress;
}

function lineOf({ startedAt, last: { phase, done, total, unit } }: RunningPhase): string {
  const whole = done < total ? ` of ${numberOf(total, unit)}` : '';
  const amount = `${numberOf(done, unit)}${whole} ${unit === 'bytes' ? 'MB' : unit}`;
  return `${phase}: ${amount} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** Writes what each phase did, and the notes that it reports. */
export function createPhaseLines(write: (line: string) => void): ProgressBars {
  let running: RunningPhase | undefined;
  const stop = (): void => {
    if (running !== undefined) write(lineOf(running));
    running = undefined;
  };
  return {
    stop,
    update(progress) {
      if (running?.last.phase === progress.phase) running.last = progress;
      else {
        stop();
        running = { startedAt: performance.now(), last: progress };
      }
      for (const text of progress.notes ?? []) write(`Note: ${text}`);
    },
  };
}
