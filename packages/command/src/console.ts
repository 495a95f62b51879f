// What a command shows while it works, all on standard error: notes, and one bar per phase with its rate and the time left. Where nobody
// looks on, in a log or a pipe, a phase is a line when it has ended, and one a minute before.
import { createPace } from '@longread/core';
import cliProgress from 'cli-progress';
import type { Progress } from 'longread';
import { createPhaseLines } from './phase-lines.ts';
import type { ProgressBars } from './progress-bars.ts';
import type { SetUpEvent } from './set-up-event.ts';
import { leastMs, megabytes, rateAndTime } from './time-left.ts';

/** Prints a line on standard error. */
export function note(message: string): void {
  process.stderr.write(`${message}\n`);
}

const barOptions: cliProgress.Options = {
  stream: process.stderr,
  hideCursor: true,
  fps: 5,
  format: '{phase} {bar} {percentage}% | {amount}{pace}',
};

function amount({ done, total, unit }: Progress): string {
  const limit = Math.max(total, done);
  return unit === 'bytes' ? `${megabytes(done)}/${megabytes(limit)} MB` : `${done}/${limit} ${unit}`;
}

/** Bars for the engine's phases, or a line for each where standard error is no terminal. */
export function createProgressBars(): ProgressBars {
  return process.stderr.isTTY ? createBars() : createPhaseLines(note);
}

function createBars(): ProgressBars {
  let bar: cliProgress.SingleBar | undefined;
  let phase: Progress['phase'] | undefined;
  let pace = createPace(leastMs);
  const stop = (): void => {
    bar?.stop();
    bar = phase = undefined;
  };
  return {
    stop,
    update(progress) {
      const total = Math.max(progress.total, progress.done, 1);
      if (progress.notes) {
        stop();
        for (const text of progress.notes) note(`Note: ${text}`);
        return;
      }
      if (phase !== progress.phase) {
        stop();
        phase = progress.phase;
        pace = createPace(leastMs);
        bar = new cliProgress.SingleBar(barOptions, cliProgress.Presets.shades_classic);
        bar.start(total, 0, { phase: phase.padEnd(9), amount: amount(progress), pace: '' });
      }
      pace.add(progress, performance.now());
      bar?.setTotal(total);
      bar?.update(progress.done, {
        amount: amount(progress),
        pace: rateAndTime(pace, progress.unit),
      });
    },
  };
}

/** Shows set-up's events: each message once, and on a terminal downloads at every tenth of their size. */
export function createSetUpNotes(): (event: SetUpEvent) => void {
  let message = '';
  let tenths = 0;
  return (event) => {
    if (event.message !== message) {
      message = event.message;
      tenths = 0;
      note(message);
    }
    if (event.done === undefined || !event.total || !process.stderr.isTTY) return;
    const reached = Math.floor((10 * event.done) / event.total);
    if (reached > tenths) note(`  ${megabytes(event.done)} of ${megabytes(event.total)} MB`);
    tenths = reached;
  };
}
