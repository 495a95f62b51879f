import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyOf, planChunkChoice } from './entropy.ts';

describe('entropy', () => {
  test.each([
    ['of one token', [3], 0],
    ['of equal ones', [5, 5, 5, 5], Math.log(4)],
    ['of two to one', [Math.log(2), 0], Math.log(3) - (2 / 3) * Math.log(2)],
    ['of a certain one', [100, 0, 0], 0],
    ['with tokens that cannot be', [0, -Infinity, 0], Math.log(2)],
    ['of large logits', [1e5, 1e5], Math.log(2)],
  ])('%s', (_, logits, want) => {
    expect(entropyOf(Float32Array.from(logits))).toBeCloseTo(want, 6);
  });

  test('equals - sum p ln p', () => {
    const values = fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (tenths) => {
        const weights = tenths.map((tenth) => Math.exp(tenth / 10));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const want = weights.reduce((sum, weight) => sum - (weight / total) * Math.log(weight / total), 0);
        expect(entropyOf(Float32Array.from(tenths, (tenth) => tenth / 10))).toBeCloseTo(want, 4);
      }),
    );
  });
});

describe('the choice', () => {
  const reply = (entropy: number, isRefusal = false) => ({ entropy, isRefusal });
  test.each([
    ['the surest', [reply(2), reply(1), reply(3)], 1],
    ['the first of equal ones', [reply(2), reply(1), reply(1)], 1],
    ['none that has no answer', [reply(2), reply(1, true), reply(3)], 0],
    ['the surest where none has', [reply(2, true), reply(1, true)], 1],
    ['the only one', [reply(9, true)], 0],
  ])('is %s', (_, replies, want) => {
    expect(planChunkChoice(replies)).toBe(want);
  });
});
