import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './row.ts';
import { shareOfLargest, shareRow } from './shares.ts';

const rate = fc.double({ min: 0.1, max: 1000, noNaN: true });

describe('shareOfLargest', () => {
  it('takes the larger peak, whichever comes first, and names the other', () => {
    const measured = [
      { own: 13.4, peaks: { vectors: 11.7, scalars: 76 } },
      { own: 13.5, peaks: { vectors: 11.6, scalars: 75 } },
      { own: 13.3, peaks: { vectors: 11.8, scalars: 77 } },
    ];
    const shares = shareOfLargest(measured, 'GFLOP/s');
    expect(shares.peak).toBe('scalars');
    expect(shares.share).toBeCloseTo(0.176, 3);
    expect(shares.samples).toHaveLength(3);
    expect(shares.otherShares.vectors).toBeCloseTo(1.145, 3);
    expect(shares.against).toBe('13.4 of 76.0 GFLOP/s; 1.15 of vectors, 11.7');
  });

  it('is never larger than a share of another peak, and the same for every order of the peaks', () => {
    const sample = fc.record({ own: rate, a: rate, b: rate, c: rate });
    fc.assert(
      fc.property(sample, ({ own, a, b, c }) => {
        const forward = shareOfLargest([{ own, peaks: { a, b, c } }], 'x');
        const backward = shareOfLargest([{ own, peaks: { c, b, a } }], 'x');
        expect(forward.share).toBeCloseTo(own / Math.max(a, b, c), 9);
        expect(backward.share).toBe(forward.share);
        for (const other of Object.values(forward.otherShares))
          expect(other).toBeGreaterThanOrEqual(forward.share);
      }),
    );
  });

  it('of one peak has nothing beside it', () => {
    const shares = shareOfLargest([{ own: 1, peaks: { copy: 4 } }], 'GB/s');
    expect(shares).toMatchObject({
      share: 0.25,
      peak: 'copy',
      otherShares: {},
      against: '1.00 of 4.00 GB/s',
    });
  });

  it('refuses samples without the peaks', () => {
    expect(() => shareOfLargest([], 'x')).toThrow('Every sample');
    expect(() =>
      shareOfLargest(
        [
          { own: 1, peaks: { a: 1 } },
          { own: 1, peaks: {} },
        ],
        'x',
      ),
    ).toThrow('peaks a');
  });
});

it('a row of a share has the shares as its samples', () => {
  const shares = { samples: [0.4, 0.5], share: 0.45, peak: 'p', otherShares: { q: 2 }, against: 'so' };
  expect(shareRow('a', shares)).toEqual({
    ...shares,
    name: 'a',
    unit: 'share of peak',
    value: 0.45,
    median: 0.45,
    spread: spread([0.4, 0.5]),
  });
});
