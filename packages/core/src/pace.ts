// How long something still takes, from reports of how far it is. What it took of late counts, not its start (kernels are compiled, a disk
// wakes up), nor what stands out of it (a page in the background, a machine that slept).

/** Of a phase that runs; one that begins anew, or from further back, is another. */
export interface Pace {
  /**
   * The next report.
   * @param total 0 where it is not known.
   * @param at milliseconds of a clock that does not go back.
   */
  add(report: { readonly done: number; readonly total: number }, at: number): void;
  /** How much is done in a second; undefined while too little is known. */
  readonly perSecond: number | undefined;
  /** Undefined while too little is known, or when nothing is left. */
  readonly msLeft: number | undefined;
}

/** What was done between two reports. */
interface Stretch {
  readonly work: number;
  readonly ms: number;
}

/** A stretch is a hundredth of the whole, or what one report brings; where the whole is not known, half a second. */
const [stretchShare, stretchMs] = [1 / 100, 500];
/** The last tenth of the whole counts, but some stretches where they are few; never the first half of all that there are. */
const [recentShare, fewStretches] = [1 / 10, 5];
/** A stretch that took so many times the median is a pause, not work. */
const unusual = 3;
/** More than the last tenth has. */
const mostKept = 32;

/** @param leastMs from the first report on, before which nothing is told. */
export function createPace(leastMs = 0): Pace {
  let [first, last, newest] = [
    { done: 0, at: 0 },
    { done: 0, at: 0 },
    { done: 0, at: 0 },
  ];
  let total: number | undefined;
  let numStretches = 0;
  let stretches: Stretch[] = [];
  const msPerWork = (): number | undefined => {
    if (newest.at - first.at < leastMs) return undefined;
    return typicalOf(recentOf(stretches, numStretches, total ?? 0));
  };
  return {
    add: (report, at) => {
      const next = { done: report.done, at };
      if (report.total !== total || report.done < newest.done) {
        first = last = newest = next;
        total = report.total;
        numStretches = 0;
        stretches = [];
        return;
      }
      newest = next;
      const stretch = { work: next.done - last.done, ms: at - last.at };
      const isWhole = total > 0 ? stretch.work >= stretchShare * total : stretch.ms >= stretchMs;
      if (!isWhole || stretch.work <= 0) return;
      last = next;
      numStretches += 1;
      stretches = [...stretches.slice(1 - mostKept), stretch];
    },
    get perSecond() {
      const ms = msPerWork();
      return ms === undefined || ms === 0 ? undefined : 1000 / ms;
    },
    get msLeft() {
      const ms = msPerWork();
      const left = (total ?? 0) - newest.done;
      return ms === undefined || left <= 0 ? undefined : left * ms;
    },
  };
}

function recentOf(stretches: readonly Stretch[], numStretches: number, total: number): readonly Stretch[] {
  let [count, work] = [0, 0];
  while (count < stretches.length && (count < fewStretches || work < recentShare * total)) {
    count += 1;
    work += stretches.at(-count)?.work ?? 0;
  }
  return count === 0 ? [] : stretches.slice(-Math.min(count, Math.ceil(numStretches / 2)));
}

/** Milliseconds for one of what is counted, over the stretches that are as others are; undefined of none. */
function typicalOf(stretches: readonly Stretch[]): number | undefined {
  const rates = stretches.map(({ work, ms }) => ms / work).sort((a, b) => a - b);
  const median = rates[(rates.length - 1) >> 1] ?? 0;
  const usual = stretches.filter(({ work, ms }) => ms / work <= unusual * median);
  const sum = (of: keyof Stretch) => usual.reduce((all, stretch) => all + stretch[of], 0);
  return usual.length === 0 ? undefined : sum('ms') / sum('work');
}
