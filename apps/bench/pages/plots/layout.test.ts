import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotsOf, figureLabel, linearDomain, logDomain, otherDotsOf, powersOfTen, spread } from './layout.ts';

const positive = fc.array(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), { maxLength: 9 });

describe('domains', () => {
  it('of shares hold the whole peak and every value beyond it', () => {
    expect(linearDomain([0.2])).toEqual([0, 1.04]);
    fc.assert(
      fc.property(positive, (values) => {
        const [from, to] = linearDomain(values);
        for (const value of [...values, 1]) expect(from <= value && value < to).toBe(true);
      }),
    );
  });

  it('of ratios hold 1 and every value, with room on both sides', () => {
    fc.assert(
      fc.property(positive, (values) => {
        const [from, to] = logDomain(values);
        for (const value of [...values, 1]) expect(from < value && value < to).toBe(true);
      }),
    );
  });

  it('have their powers of ten', () => {
    expect(powersOfTen([0.005, 70])).toEqual([0.01, 0.1, 1, 10]);
    expect(powersOfTen(logDomain([]))).toEqual([1]);
  });
});

describe('dots', () => {
  const row = { name: 'a', samples: [2, 4, 6], median: 4, share: 0.5, otherShares: { low: 1.2 } };

  it('lie around the figure as the samples do around their median', () => {
    expect(dotsOf([row], 'share').map(({ value }) => value)).toEqual([0.25, 0.5, 0.75]);
    const even = { name: 'b', samples: [1, 3], median: 2, ratio: 2 };
    expect(dotsOf([even], 'ratio').map(({ value }) => value)).toEqual([1, 3]);
  });

  it('of other peaks are their own', () => {
    expect(otherDotsOf([row, { name: 'b', samples: [1], median: 1 }])).toEqual([{ name: 'a', value: 1.2 }]);
  });
});

describe('spread', () => {
  it('parts what lies close, in order, and keeps it inside', () => {
    expect(spread([50, 10, 52, 51], 10, 100)).toEqual([50, 10, 70, 60]);
    expect(spread([95, 99], 10, 100)).toEqual([90, 100]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 8 }), (places) => {
        const moved = spread(places, 10, 100).sort((a, b) => a - b);
        for (const [i, at] of moved.entries())
          expect(at - (moved[i - 1] ?? -Infinity)).toBeGreaterThanOrEqual(10);
        expect(Math.max(0, ...moved)).toBeLessThanOrEqual(100);
      }),
    );
  });
});

it('a label has the figure and the number of samples', () => {
  expect(figureLabel({ samples: [1] }, 0.0064812)).toBe('0.00648, n=1');
  expect(figureLabel({ samples: [1, 2] }, 61.44)).toBe('61.4, n=2');
});
