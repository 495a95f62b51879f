import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoresIn } from './token-scores.ts';
import { planWholeChunks } from './whole-chunks.ts';

test.each([
  ['the best', 2, [2, 3]],
  ['the beginning of the one behind it', 3, [0, 2, 3]],
  ['equal scores in order', 4, [0, 1, 2, 3]],
  ['a ragged end', 7, [0, 1, 2, 3, 4, 5, 6]],
  ['all', 99, [0, 1, 2, 3, 4, 5, 6]],
  ['nothing', 0, []],
])('%s', (_, size, want) => {
  const { positions, scores } = planWholeChunks(Float32Array.of(1, 5, 1, 0), 7, 2, size);
  expect([...positions]).toEqual(want);
  expect([...scoresIn(scores, { start: 0, end: 7 })]).toEqual([1, 1, 5, 5, 1, 1, 0]);
});

test('scores of other chunks are our bug', () => {
  expect(() => planWholeChunks(new Float32Array(3), 7, 2, 4)).toThrow('Longread bug');
});

test('takes the chunk at hand that is best, token by token, until the size is reached', () => {
  const chunkScores = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      chunkScores,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(8),
      fc.nat(120),
      (all, chunk, less, size) => {
        const numTokens = Math.max((all.length - 1) * chunk + 1, all.length * chunk - less);
        const left = new Map(all.map((score, i) => [i, score]));
        const want: number[] = [];
        while (left.size > 0) {
          const top = Math.max(...left.values());
          const best = [...left].find(([, score]) => score === top)?.[0] ?? NaN;
          left.delete(best);
          for (let token = 0; token < numTokens; token++)
            if (Math.floor(token / chunk) === best && want.length < size) want.push(token);
        }
        const { positions } = planWholeChunks(Float32Array.from(all), numTokens, chunk, size);
        expect([...positions]).toEqual(want.sort((a, b) => a - b));
      },
    ),
  );
});
