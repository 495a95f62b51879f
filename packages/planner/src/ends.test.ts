import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planEnds } from './ends.ts';

test.each([
  [0, 4, []],
  [1, 4, [0]],
  [10, 0, []],
  [10, 1, [0]],
  [10, 4, [0, 1, 8, 9]],
  [10, 5, [0, 1, 2, 8, 9]],
  [5, 5, [0, 1, 2, 3, 4]],
  [5, 9, [0, 1, 2, 3, 4]],
])('of %i tokens %i: %j', (numTokens, size, want) => {
  expect([...planEnds(numTokens, size)]).toEqual(want);
});

test('takes tokens from the outside in, as many as there is room for', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (numTokens, size) => {
      const left = Array.from({ length: numTokens }, (_, i) => i);
      const want: number[] = [];
      for (let turn = 0; turn < size && left.length > 0; turn++)
        want.push((turn % 2 === 0 ? left.shift() : left.pop()) ?? NaN);
      expect([...planEnds(numTokens, size)]).toEqual(want.sort((a, b) => a - b));
    }),
  );
});
