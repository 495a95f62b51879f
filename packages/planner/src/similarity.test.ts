// Scoring and its statistics: the moments' shortcut equals the definition, and the identities of design 3.5.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreTokens } from './score-tokens.ref.ts';
import { addMoments, createMoments, standardisation } from './similarity-stats.ts';
import { dequantise, noise, quantise, unitRows } from './testing.ts';

const block = (numTokens: number, numParts: number, headDim: number, seed: number) =>
  quantise(unitRows(noise(numTokens * numParts * headDim, seed), headDim), numTokens, headDim);
const queries = (numQueries: number, numParts: number, headDim: number, seed: number) =>
  unitRows(noise(numQueries * numParts * headDim, seed), headDim);

describe('cosine', () => {
  test('the cosine of concatenated unit parts is the mean of their cosines', () => {
    const [numTokens, numParts, headDim] = [7, 4, 8];
    const document = unitRows(noise(numTokens * numParts * headDim, 1), headDim);
    const query = queries(1, numParts, headDim, 2);
    const scores = scoreTokens(query, 1, document, numParts, headDim, 'cosine');
    expect(scores).toHaveLength(numTokens);
    scores.forEach((score, token) => {
      const row = document.subarray(token * numParts * headDim, (token + 1) * numParts * headDim);
      const dot = query.reduce((sum, q, d) => sum + q * (row[d] ?? NaN), 0);
      expect(score).toBeCloseTo(dot / Math.hypot(...query) / Math.hypot(...row), 5);
    });
  });

  test('a document token that is a query token scores 1', () => {
    const query = queries(3, 2, 16, 5);
    const scores = scoreTokens(query, 3, query, 2, 16, 'cosine');
    expect(scores).toHaveLength(3);
    scores.forEach((score) => expect(score).toBeCloseTo(1, 5));
  });
});

describe('standardised', () => {
  test('one query and one part: zero mean, unit population variance', () => {
    const scores = scoreTokens(
      queries(1, 1, 16, 3),
      1,
      unitRows(noise(50 * 16, 4), 16),
      1,
      16,
      'standardised',
    );
    const mean = scores.reduce((sum, x) => sum + x, 0) / 50;
    expect(mean).toBeCloseTo(0, 5);
    expect(scores.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 50).toBeCloseTo(1, 5);
  });

  test('a document of one token, or of equal tokens, scores 0', () => {
    const one = queries(1, 2, 8, 6);
    const equal = Float32Array.of(...one, ...one, ...one);
    expect([...scoreTokens(queries(2, 2, 8, 7), 2, one, 2, 8, 'standardised')]).toEqual([0]);
    expect([...scoreTokens(queries(2, 2, 8, 7), 2, equal, 2, 8, 'standardised')]).toEqual([0, 0, 0]);
  });

  test('no tokens, no scores', () => {
    expect(scoreTokens(queries(2, 2, 8, 7), 2, new Float32Array(), 2, 8, 'standardised')).toHaveLength(0);
  });

  test('the max over queries is taken inside each part, before the mean', () => {
    // Two tokens, two parts of one dimension: query 0 favours token 0 in part 0 and token 1 in part 1, query 1 the reverse.
    const document = Float32Array.of(1, -1, -1, 1);
    const query = Float32Array.of(1, 1, -1, -1);
    expect([...scoreTokens(query, 2, document, 2, 1, 'standardised')]).toEqual([1, 1]);
    expect([...scoreTokens(query, 2, document, 2, 1, 'cosine')]).toEqual([0, 0]);
  });
});

describe('moments', () => {
  test('mean and deviation equal those of the dots', () => {
    const shape = fc.record({
      numTokens: fc.integer({ min: 2, max: 40 }),
      numParts: fc.integer({ min: 1, max: 4 }),
      headDim: fc.constantFrom(1, 2, 3, 8, 64),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ numTokens, numParts, headDim, seed }) => {
        const tokens = block(numTokens, numParts, headDim, seed);
        const moments = createMoments(numParts, headDim);
        addMoments(moments, tokens, headDim);
        const query = queries(3, numParts, headDim, seed + 1);
        const got = standardisation(moments, query, numParts, headDim);
        const values = dequantise(tokens, headDim);
        expect(got.mean).toHaveLength(3 * numParts);
        got.mean.forEach((mean, row) => {
          const q = query.subarray(row * headDim, (row + 1) * headDim);
          const dots = Array.from({ length: numTokens }, (_, token) => {
            const at = (token * numParts + (row % numParts)) * headDim;
            return q.reduce((sum, x, d) => sum + x * (values[at + d] ?? NaN), 0);
          });
          const wantMean = dots.reduce((sum, x) => sum + x, 0) / numTokens;
          const variance = dots.reduce((sum, x) => sum + (x - wantMean) ** 2, 0) / numTokens;
          expect(mean).toBeCloseTo(wantMean, 5);
          if (variance > 1e-6) expect((got.invStd[row] ?? NaN) * Math.sqrt(variance)).toBeCloseTo(1, 4);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('they give the standardised scores of the reference', () => {
    const [numTokens, numParts, headDim, numQueries] = [60, 4, 16, 5];
    const tokens = block(numTokens, numParts, headDim, 8);
    const moments = createMoments(numParts, headDim);
    addMoments(moments, tokens, headDim);
    const query = queries(numQueries, numParts, headDim, 9);
    const { mean, invStd } = standardisation(moments, query, numParts, headDim);
    const values = dequantise(tokens, headDim);
    const want = scoreTokens(query, numQueries, values, numParts, headDim, 'standardised');
    expect(want).toHaveLength(numTokens);
    want.forEach((score, token) => {
      let total = 0;
      for (let part = 0; part < numParts; part++) {
        const at = (token * numParts + part) * headDim;
        const z = Array.from({ length: numQueries }, (_, i) => {
          const row = i * numParts + part;
          const dot = query
            .subarray(row * headDim, (row + 1) * headDim)
            .reduce((sum, x, d) => sum + x * (values[at + d] ?? NaN), 0);
          return (dot - (mean[row] ?? NaN)) * (invStd[row] ?? NaN);
        });
        total += Math.max(...z) / numParts;
      }
      expect(total).toBeCloseTo(score, 4);
    });
  });

  test('however a document is cut into blocks, the bits are the same', () => {
    const [numTokens, numParts, headDim] = [29, 2, 8];
    const whole = block(numTokens, numParts, headDim, 10);
    const want = createMoments(numParts, headDim);
    addMoments(want, whole, headDim);
    for (const cut of [0, 1, 13, 28, 29]) {
      const got = createMoments(numParts, headDim);
      for (const [from, to] of [
        [0, cut],
        [cut, numTokens],
      ] as const) {
        // prettier-ignore
        const rows = [from * numParts, to * numParts] as const;
        const quants = whole.quants.slice(rows[0] * headDim, rows[1] * headDim);
        addMoments(got, { numTokens: to - from, quants, scales: whole.scales.slice(...rows) }, headDim);
      }
      expect(got).toEqual(want);
    }
  });

  test('the layout: count, then sums and upper triangle of each part', () => {
    const moments = createMoments(2, 2);
    const quants = Int8Array.of(1, 2, 3, 4);
    addMoments(moments, { numTokens: 1, quants, scales: Float32Array.of(1, 0.5) }, 2);
    expect([...moments]).toEqual([1, 1, 2, 1, 2, 4, 1.5, 2, 2.25, 3, 4]);
  });

  test('an empty or a constant document has a deviation of zero, not of noise', () => {
    const query = queries(1, 1, 8, 11);
    const moments = createMoments(1, 8);
    expect([...standardisation(moments, query, 1, 8).invStd]).toEqual([0]);
    const one = block(1, 1, 8, 12);
    for (let i = 0; i < 1000; i++) addMoments(moments, one, 8);
    expect([...standardisation(moments, query, 1, 8).invStd]).toEqual([0]);
  });

  test('moments of another shape are our bug', () => {
    expect(() => addMoments(createMoments(2, 8), block(3, 1, 8, 13), 8)).toThrow('Longread bug');
    expect(() => standardisation(createMoments(2, 8), queries(1, 1, 8, 1), 1, 8)).toThrow('Longread bug');
  });
});
