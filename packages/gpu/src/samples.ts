// How often a variant of a kernel has to run before its time is believed. Pure: runs and clocks are elsewhere.
import type { Clock, Timing } from './stopwatch.ts';

/**
 * Shortest run that counts: browsers round the device's stamps to 0.1 ms, and the host's clock counts a submission's own
 * millisecond or two.
 */
const wantedMs: Readonly<Record<Clock, number>> = { device: 6, wall: 20 };
const maxRepeats = 2048;
/** Samples before anything is concluded from them: noise only ever adds, and may hit two. */
const leastSamples = 3;
/** Samples at most, of those that are close to the fastest. */
const mostSamples = 5;
/** Times further apart than this do not change places. */
const close = 1.25;
/** Nor does any accident make one run so many times longer than another kernel's: one is enough. */
const farBehind = 8;

/** The runs of one variant: how many dispatches the next one has, and what those before it took. */
export class Samples {
  #repeats = 1;
  #times: number[] = [];
  #clock: Clock = 'device';

  /** Dispatches of the next run. */
  get repeats(): number {
    return this.#repeats;
  }

  /** Runs that were long enough. */
  get count(): number {
    return this.#times.length;
  }

  /** Milliseconds of one dispatch in the fastest run: other work on the machine makes runs longer, nothing makes them shorter. */
  get best(): number {
    return Math.min(...this.#times);
  }

  get isSound(): boolean {
    return this.#times.length >= leastSamples;
  }

  get isFull(): boolean {
    return this.#times.length >= mostSamples;
  }

  /** The host's where one run had no other. */
  get clock(): Clock {
    return this.#clock;
  }

  /**
   * Takes note of a run of `repeats` dispatches. One that was too short to be timed says that the longer ones before it were long by
   * accident: all start anew with more dispatches.
   */
  add({ ms, clock }: Timing): void {
    if (clock === 'wall') this.#clock = 'wall';
    const wanted = wantedMs[this.#clock];
    if (ms < wanted && this.#repeats < maxRepeats) {
      const factor = Math.min(16, Math.max(2, (1.25 * wanted) / ms));
      this.#repeats = Math.min(maxRepeats, Math.ceil(this.#repeats * factor));
      this.#times = [];
    } else {
      this.#times.push(ms / this.#repeats);
    }
  }
}

/** A variant that is measured in dispatches of so many rows. */
export interface Sampled {
  readonly samples: Samples;
  readonly rowsAtOnce: number;
}

/** Milliseconds of a row; infinite where nothing was measured. */
const perRow = ({ samples, rowsAtOnce }: Sampled) => samples.best / rowsAtOnce;

/** Whether `ms` of a row say enough beside the `best`. */
export function isFarBehind(ms: number, best: number): boolean {
  return ms > farBehind * best;
}

/**
 * Those whose times are known as well as they need to be: by enough samples, or by one that is far behind the fastest or what else does
 * a row in `rival` milliseconds.
 */
export function settledOf<C extends Sampled>(candidates: readonly C[], rival = Infinity): readonly C[] {
  const best = Math.min(rival, ...candidates.map(perRow));
  return candidates.filter((candidate) => {
    const { isSound, count } = candidate.samples;
    return isSound || (count > 0 && isFarBehind(perRow(candidate), best));
  });
}

/**
 * Which of the candidates run in the next round, one run each, in turn, so that a busy moment of the machine hits all: first all until
 * each is settled, then those that are close to the fastest, if there are several; none at the end.
 */
export function nextRound<C extends Sampled>(candidates: readonly C[], rival = Infinity): readonly C[] {
  const settled = settledOf(candidates, rival);
  const open = candidates.filter((candidate) => !settled.includes(candidate));
  if (open.length > 0) return open;
  const best = Math.min(...candidates.map(perRow));
  const rivals = candidates.filter((candidate) => perRow(candidate) <= close * best);
  return rivals.length < 2 ? [] : rivals.filter(({ samples }) => !samples.isFull);
}
