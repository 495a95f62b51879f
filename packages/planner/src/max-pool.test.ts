import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxPool } from './max-pool.ts';

// Few distinct values, so that ties are the rule.
const curve = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 80 }).map((a) => Float32Array.from(a));
const oddWindow = fc.nat(20).map((reach) => 2 * reach + 1);

function naivePool(scores: Float32Array, window: number): number[] {
  const reach = (window - 1) / 2;
  return [...scores].map((_, i) => Math.max(...scores.slice(Math.max(0, i - reach), i + reach + 1)));
}

describe('maxPool', () => {
  test.each([
    [1, [1, 5, 2, 0, 3]],
    [3, [5, 5, 5, 3, 3]],
    [5, [5, 5, 5, 5, 3]],
    [99, [5, 5, 5, 5, 5]],
  ])('window %i', (window, want) => {
    expect([...maxPool(Float32Array.of(1, 5, 2, 0, 3), window)]).toEqual(want);
  });
  test('of nothing is nothing', () => {
    expect(maxPool(new Float32Array(), 33)).toHaveLength(0);
  });
  test('an even window is our bug', () => {
    expect(() => maxPool(new Float32Array(3), 2)).toThrow('odd window');
  });
  test('equals a naive maximum', () => {
    fc.assert(
      fc.property(curve, oddWindow, (scores, window) => {
        expect([...maxPool(scores, window)]).toEqual(naivePool(scores, window));
      }),
    );
  });
});
