// Which faults are set off: every named point once, then random ones from a seed.
import { Random } from '@longread/core';
import type { Fault, FaultOperation, FaultPlace, FaultRun } from './page/driver.ts';

const inPage = { progress: ['destroy', 'cancel'], write: ['error', 'quota', 'abort'] } as const;
const endings: readonly Fault[] = ['kill', 'close'];

interface Step {
  readonly operation: FaultOperation;
  readonly place: FaultPlace;
  /** Reports or puts of this place that an operation makes at least. */
  readonly count: number;
  readonly faults: readonly Fault[];
}

/** @param states stored by it, all of them */
const reading = (operation: 'ingest' | 'append', states: number): Step[] => [
  { operation, place: 'compress', count: 12, faults: [...inPage.progress, 'steal', ...endings] },
  { operation, place: 'embeddings', count: 3, faults: [...inPage.write, ...endings] },
  { operation, place: 'tokens', count: 3, faults: inPage.write },
  { operation, place: 'text', count: 3, faults: inPage.write },
  { operation, place: 'state', count: states, faults: inPage.write },
  { operation, place: 'manifest', count: 3, faults: [...inPage.write, ...endings] },
];
const asking = (place: FaultPlace, count: number): Step => ({
  operation: 'ask',
  place,
  count,
  faults: [...inPage.progress, ...endings],
});
const steps: readonly Step[] = [
  ...reading('ingest', 3),
  ...reading('append', 2), // it goes on from one that is stored
  asking('gather', 2),
  asking('recompute', 4),
  asking('decode', 8),
];

/** As in `append chunk kill`. */
export const nameOf = ({ operation, place, fault }: FaultRun): string => `${operation} ${place} ${fault}`;

/** `count` runs: the named points in order, then as many random ones as are left; few of these end the page, which is slow. */
export function planRuns(count: number, seed: number): readonly FaultRun[] {
  const random = new Random(seed);
  const runOf = (step: Step, fault: Fault): FaultRun => {
    const { operation, place } = step;
    return { operation, place, fault, nth: 1 + random.below(step.count) };
  };
  const named = steps.flatMap((step) => step.faults.map((fault) => runOf(step, fault)));
  const runs = named.slice(0, count);
  while (runs.length < count) {
    const step = random.pick(steps);
    const fault = random.pick(step.faults);
    if (endings.includes(fault) && random.below(10) > 0) continue;
    runs.push(runOf(step, fault));
  }
  return runs;
}
