import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultGather } from './gather-settings.ts';
import { addAttention, planWindows } from './layer-attention.ts';
import { noise, smolLm2 } from './testing.ts';
import { allScores } from './token-scores.ts';

test('attention by hand', () => {
  // Two heads of two floats a row; the second is meant. Logits (ln 3 and 0) times the root of two, and a scale of one over it.
  const keys = Float32Array.of(9, 9, Math.log(3), 0, 9, 9, 0, 5);
  const sums = Float64Array.of(1, 0);
  addAttention(sums, Float32Array.of(Math.SQRT2, 0), keys, { rowFloats: 4, column: 2, scale: Math.SQRT1_2 });
  expect(sums[0]).toBeCloseTo(1.75, 6);
  expect(sums[1]).toBeCloseTo(0.25, 6);
});

test('attention equals the definition, key by key', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), fc.nat(2), (seed, numTokens, head) => {
      const [headDim, rowFloats, scale] = [4, 12, 0.3];
      const query = noise(headDim, seed).map((value) => 9 * value);
      const keys = noise(numTokens * rowFloats, seed + 1);
      const weights = Array.from({ length: numTokens }, (_, token) => {
        const key = [...keys].slice(token * rowFloats + head * headDim).slice(0, headDim);
        return Math.exp(key.reduce((sum, value, d) => sum + value * (query[d] ?? NaN), 0) * scale);
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const sums = new Float64Array(numTokens);
      addAttention(sums, query, keys, { rowFloats, column: head * headDim, scale });
      weights.forEach((weight, token) => expect(sums[token]).toBeCloseTo(weight / total, 10));
    }),
  );
});

test('large logits stay finite, keys of another length are our bug', () => {
  const sums = new Float64Array(2);
  addAttention(sums, Float32Array.of(1e4), Float32Array.of(1e4, 0), { rowFloats: 1, column: 0, scale: 1 });
  expect([...sums]).toEqual([1, 0]);
  expect(() =>
    addAttention(sums, Float32Array.of(1), new Float32Array(3), { rowFloats: 1, column: 0, scale: 1 }),
  ).toThrow('Longread bug');
});

const settings = { ...defaultGather(smolLm2, 0), keepEnds: 0 };

test('each window takes its part of the size', () => {
  // A peak at 10; window 1 takes it and the next best, window 5 its neighbours.
  const scores = new Float32Array(30);
  scores.set([5], 10);
  scores.set([3], 20);
  expect([...planWindows(allScores(scores), { ...settings, gatherSize: 4 }, [1, 5])]).toEqual([8, 9, 10, 20]);
  // Ends come last; the third of window 1 is the first of those without a score.
  expect([...planWindows(allScores(scores), { ...settings, gatherSize: 6, keepEnds: 1 }, [1, 5])]).toEqual([
    0, 8, 9, 10, 20, 29,
  ]);
});

test('takes what the size says, strictly increasing, ends kept, and the best token', () => {
  const curve = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(curve, fc.integer({ min: 3, max: 150 }), fc.nat(4), (values, gatherSize, keepEnds) => {
      const scores = Float32Array.from(values);
      const size = Math.min(gatherSize, values.length);
      const got = planWindows(allScores(scores), {
        ...settings,
        gatherSize,
        keepEnds: Math.min(keepEnds, Math.floor(gatherSize / 6)),
      });
      expect(got).toHaveLength(size);
      got.forEach((position, i) => expect(position).toBeGreaterThan(i === 0 ? -1 : (got[i - 1] ?? 0)));
      expect(got).toContain(values.indexOf(Math.max(...values)));
      if (keepEnds > 0 && gatherSize >= 6) expect(got[0]).toBe(0);
    }),
  );
});
