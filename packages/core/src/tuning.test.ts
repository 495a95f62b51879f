import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fastestVariant,
  formatTuning,
  isHopeless,
  isUnfinished,
  median,
  rankVariants,
  usualVariant,
  wallClockNote,
  withFailure,
  withPass,
  type Tuning,
  type TuningRow,
} from './tuning.ts';

const row = (shapeClass: string, variant: string, ms?: number): TuningRow => ({
  kernel: 'matmul',
  shapeClass,
  variant,
  key: `${variant} {}`,
  ms,
  gflops: ms === undefined ? undefined : 1 / ms,
  note: ms === undefined ? 'time limit' : '',
});

const rows = [row('a', 'plain', 4), row('a', 'tiled', 13), row('a', 'split', 12), row('b', 'plain', 2)];

const some: Tuning = {
  adapter: 'some gpu',
  version: '0123456789abcdef',
  rows,
  tested: [],
  failed: [],
};

describe('choice', () => {
  test('the fastest measured one of its kernel and shape class', () => {
    expect(fastestVariant(rows, 'matmul', 'a')).toBe('plain');
    expect(fastestVariant([...rows, row('b', 'tiled', 1)], 'matmul', 'b')).toBe('tiled');
    expect(fastestVariant(rows, 'matmul', 'c')).toBeUndefined();
    expect(fastestVariant(rows, 'matvec', 'a')).toBeUndefined();
    expect(fastestVariant([row('a', 'plain')], 'matmul', 'a')).toBeUndefined();
  });
  test('within the noise of the default: the default', () => {
    expect(fastestVariant([row('a', 'plain', 2), row('a', 'tiled', 1.9)], 'matmul', 'a')).toBe('plain');
  });
  test('an equal time changes nothing: the first one, which is the default, stays', () => {
    expect(fastestVariant([row('a', 'plain', 2), row('a', 'tiled', 2)], 'matmul', 'a')).toBe('plain');
  });
  test('usual: what most shape classes of the kernel chose', () => {
    const more = [row('c', 'plain', 2), row('c', 'tiled', 1), row('d', 'tiled', 1), row('e', 'tiled')];
    expect(usualVariant(rows, 'matmul')).toBe('plain');
    expect(usualVariant([...rows, ...more, row('f', 'tiled', 1)], 'matmul')).toBe('tiled');
    expect(usualVariant(rows, 'matvec')).toBeUndefined();
    expect(usualVariant([row('a', 'plain')], 'matmul')).toBeUndefined();
  });
  test('unfinished: nothing was tried, or the time was up', () => {
    expect(isUnfinished(rows, 'matmul', 'a')).toBe(false);
    expect(isUnfinished(rows, 'matmul', 'c')).toBe(true);
    expect(isUnfinished(rows, 'matvec', 'a')).toBe(true);
    expect(isUnfinished([...rows, row('a', 'odd')], 'matmul', 'a')).toBe(true);
    expect(isUnfinished([...rows, { ...row('a', 'odd'), note: 'does not compile' }], 'matmul', 'a')).toBe(
      false,
    );
  });
  test('three times slower anywhere, or failed: hopeless', () => {
    expect(isHopeless(rows, 'matmul', 'tiled')).toBe(true);
    expect(isHopeless(rows, 'matmul', 'split')).toBe(false);
    expect(isHopeless(rows, 'matmul', 'plain')).toBe(false);
    expect(isHopeless(rows, 'matmul', 'unheard of')).toBe(false);
    expect(isHopeless([...rows, { ...row('a', 'odd'), note: 'does not compile' }], 'matmul', 'odd')).toBe(
      true,
    );
    expect(isHopeless([...rows, row('a', 'odd')], 'matmul', 'odd')).toBe(false);
  });
});

describe('the order in which variants are tried', () => {
  const names = ['plain', 'odd', 'tiled', 'split'];

  test('the choice, then the measured ones by their time, then the others as they come', () => {
    expect(rankVariants(rows, 'matmul', 'a', names)).toEqual(['plain', 'split', 'tiled', 'odd']);
    expect(rankVariants([...rows, row('b', 'tiled', 1)], 'matmul', 'b', names)).toEqual([
      'tiled',
      'plain',
      'odd',
      'split',
    ]);
  });
  test('nothing measured: as they come', () => {
    expect(rankVariants([], 'matmul', 'a', names)).toEqual(names);
    expect(rankVariants(rows, 'matvec', 'a', names)).toEqual(names);
  });
  test('not measured to the end: what most classes chose comes first', () => {
    const cut = [row('c', 'plain', 4), row('c', 'tiled', 1), row('d', 'plain')];
    expect(rankVariants(cut, 'matmul', 'd', names)[0]).toBe('tiled');
  });
});

describe('what a test finds', () => {
  const failure = { key: 'plain {}', reason: 'nmse 3 exceeds 1\n  [0] expected 1' };

  test('a kernel that failed is chosen nowhere, and the next best is', () => {
    const after = withFailure({ ...some, rows: [...rows, row('a', 'fast', 5)] }, failure);
    expect(fastestVariant(after.rows, 'matmul', 'a')).toBe('fast');
    expect(fastestVariant(after.rows, 'matmul', 'b')).toBeUndefined();
    expect(isUnfinished(after.rows, 'matmul', 'a')).toBe(false);
    expect(isHopeless(after.rows, 'matmul', 'plain')).toBe(true);
    expect(withFailure(after, failure)).toEqual(after);
  });
  test('it is named in the table, with what differed', () => {
    expect(formatTuning(withFailure(some, failure)).split('\n').at(-2)).toBe(
      'Not used: plain {}: nmse 3 exceeds 1 [0] expected 1',
    );
  });
  test('one that passes after all has failed no more, and the other way round', () => {
    const passed = withPass(withFailure(some, failure), failure.key);
    expect(passed).toMatchObject({ tested: ['plain {}'], failed: [] });
    expect(withPass(passed, failure.key)).toEqual(passed);
    expect(withFailure(passed, failure)).toMatchObject({ tested: [], failed: [failure] });
  });
});

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
  [[], NaN],
])('median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a median leaves its argument as it was and lies among the values', () => {
  const samples = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(samples, (values) => {
      const before = [...values];
      const middle = median(values);
      expect(values).toEqual(before);
      expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
      expect(middle).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});

test('the table says which times the host took, of the chosen too', () => {
  const byHost = rows.map((each) => ({ ...each, note: wallClockNote }));
  const lines = formatTuning({ ...some, rows: byHost }).split('\n');
  expect(lines[2]).toMatch(/ chosen, wall clock$/);
  expect(lines[3]).toMatch(/ {2}wall clock$/);
  expect(isUnfinished(byHost, 'matmul', 'a')).toBe(false);
  expect(isHopeless(byHost, 'matmul', 'split')).toBe(false);
});

test('the table names every row and marks the chosen', () => {
  const table = formatTuning({ ...some, tested: ['a', 'b'] });
  expect(table.split('\n')).toEqual([
    'Adapter some gpu, kernels 0123456789ab, 2 of them checked against the CPU',
    'kernel  shape class  variant    ms  GFLOP/s',
    'matmul  a            plain    4.00    0.250  chosen',
    'matmul  a            tiled    13.0   0.0769',
    'matmul  a            split    12.0   0.0833',
    'matmul  b            plain    2.00    0.500  chosen',
    '',
  ]);
});
