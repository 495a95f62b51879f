// What is concluded from runs of a device that is sometimes busy with something else.
import { describe, expect, test } from 'vitest';
import { nextRound, Samples, settledOf } from './samples.ts';

/** A variant whose dispatches take `trueMs`; `delays` is what each run takes longer than that. */
function candidate(trueMs: number, delays: readonly number[] = [], rowsAtOnce = 1) {
  const samples = new Samples();
  let runs = 0;
  const run = () => samples.add({ ms: samples.repeats * trueMs + (delays[runs++] ?? 0), clock: 'device' });
  return { samples, rowsAtOnce, run, numRuns: () => runs };
}

type Candidate = ReturnType<typeof candidate>;

/** Runs rounds to the end; the order in which candidates ran. */
function measure(candidates: readonly Candidate[]): number[] {
  const order: number[] = [];
  for (let round = nextRound(candidates); round.length > 0; round = nextRound(candidates)) {
    for (const each of round) {
      order.push(candidates.indexOf(each));
      each.run();
    }
    if (order.length > 1000) throw new Error('no end');
  }
  return order;
}

describe('samples', () => {
  test('a run too short to be timed has more dispatches at the next one, and counts for nothing', () => {
    const { samples, run } = candidate(0.1);
    run();
    expect(samples).toMatchObject({ count: 0, isSound: false });
    expect(samples.repeats).toBeGreaterThan(8);
    for (let i = 0; i < 6; i++) run();
    expect(samples.isSound).toBe(true);
    expect(samples.repeats * 0.1).toBeGreaterThanOrEqual(6);
    expect(samples.repeats * 0.1).toBeLessThan(30);
    expect(samples.best).toBeCloseTo(0.1);
  });
  test('one that was long by accident does not decide how many dispatches are enough', () => {
    const { samples, run } = candidate(0.1, [8, 12]);
    run();
    expect([samples.repeats, samples.count]).toEqual([1, 1]);
    run();
    run();
    expect(samples.count).toBe(0);
    for (let i = 0; i < 6; i++) run();
    expect(samples.best).toBeCloseTo(0.1);
  });
  test('two of three runs may be disturbed', () => {
    const { samples, run } = candidate(10, [200, 0, 90]);
    for (let i = 0; i < 3; i++) run();
    expect(samples).toMatchObject({ count: 3, isSound: true, best: 10 });
  });
  test('what is too fast for any number of dispatches is believed at the most of them', () => {
    const { samples, run } = candidate(1e-6);
    for (let i = 0; i < 20; i++) run();
    expect(samples.isFull).toBe(true);
    expect(samples.repeats).toBe(2048);
  });
  test('a device whose stamps say nothing of a short run', () => {
    const samples = new Samples();
    samples.add({ ms: 0, clock: 'device' });
    expect(samples.repeats).toBe(16);
  });
  test("the host's clock needs longer runs, and is told of", () => {
    const samples = new Samples();
    samples.add({ ms: 10, clock: 'wall' });
    expect(samples).toMatchObject({ clock: 'wall', count: 0 });
    samples.add({ ms: 40, clock: 'wall' });
    expect(samples.count).toBe(1);
  });
});

describe('rounds', () => {
  test('in turn until each has three samples; those far behind have no more', () => {
    const order = measure([candidate(10), candidate(30), candidate(11)]);
    expect(order.slice(0, 9)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(order.slice(9)).toEqual([0, 2, 0, 2]);
  });
  test('one that is far behind has one run, and its time counts', () => {
    const [fast, slow] = [candidate(10), candidate(100)];
    expect(measure([slow, fast]).filter((which) => which === 0)).toEqual([0]);
    expect(slow.samples.best).toBe(100);
    expect(settledOf([slow, fast])).toEqual([slow, fast]);
  });
  test('one alone has one run where it is far behind what else does it', () => {
    const slow = candidate(100, [], 16);
    slow.run();
    expect(settledOf([slow], 1)).toEqual([]);
    expect(settledOf([slow], 0.5)).toEqual([slow]);
    expect(nextRound([slow], 0.5)).toEqual([]);
  });
  test('what is far behind by one long run alone is not given up while none was seen to be faster', () => {
    const disturbed = candidate(10, [500]);
    expect(settledOf([disturbed])).toEqual([]);
    disturbed.run();
    expect(settledOf([disturbed, candidate(10)])).toEqual([]);
  });
  test('a slow beginning loses nothing: the fastest is found', () => {
    const slowAtFirst = candidate(0.1, [16, 16, 5, 3]);
    const other = candidate(0.2);
    measure([other, slowAtFirst]);
    expect(slowAtFirst.samples.best).toBeLessThan(other.samples.best);
    expect(slowAtFirst.samples.best).toBeCloseTo(0.1);
  });
  test('one alone stops at three; none at all need no round', () => {
    expect(measure([candidate(10)]).length).toBe(3);
    expect(measure([])).toEqual([]);
  });
  test('variants are compared by the row: one that has fewer of them in a dispatch is not the faster for it', () => {
    const [few, many] = [candidate(10, [], 16), candidate(20, [], 64)];
    measure([few, many]);
    expect(few.numRuns()).toBe(3);
    expect(many.numRuns()).toBe(3);
  });
});
