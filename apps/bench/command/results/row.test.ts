import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratioRow, rowOf, spread, unmeasuredRow, worstRow } from './row.ts';

const samples = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });
const several = samples.filter(({ length }) => length > 1);

describe('spread', () => {
  it('is the range over the median', () => {
    expect(spread([10, 10])).toBe(0);
    expect(spread([9, 10, 12])).toBeCloseTo(0.3, 12);
    expect(spread([0, 0])).toBe(0);
  });

  it('of fewer than two samples is none', () => {
    expect(spread([10])).toBeNull();
    expect(spread([])).toBeNull();
  });

  it('does not change with the unit', () => {
    fc.assert(
      fc.property(several, (values) => {
        expect(spread(values.map((value) => 1000 * value))).toBeCloseTo(spread(values) ?? NaN, 6);
      }),
    );
  });
});

describe('rows', () => {
  it('take the median as their value', () => {
    expect(rowOf('a', 'ms', [3, 1, 2])).toEqual({
      name: 'a',
      value: 2,
      unit: 'ms',
      median: 2,
      spread: 1,
      samples: [3, 1, 2],
    });
  });

  it('of limits take the largest sample', () => {
    expect(worstRow('a', 'ms', [3, 1, 2])).toMatchObject({ value: 3, median: 2 });
  });

  it('repeat ratios under their own name', () => {
    expect(ratioRow('a', 'x', [2], 'b')).toMatchObject({ value: 2, ratio: 2, against: 'b' });
  });

  it('without a measurement hold no number', () => {
    const row = unmeasuredRow('a', 'no Python');
    expect(row).toMatchObject({ value: null, median: null, spread: null, samples: [] });
    expect(row.against).toBe('not measured: no Python');
  });
});
