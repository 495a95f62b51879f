// The scorings (design 3.3), straight loops in f64: the reference for the similarity kernel. Not for production documents.
import type { GatherSettings, HeadRange } from '@longread/core';
import { minVariance } from './similarity-stats.ts';

/**
 * One score for each document token.
 * - `cosine` (arXiv 2506.01215): max over query tokens of the mean over parts of the dot.
 * - `standardised` (findings): each part's dot gets zero mean and unit population variance over the document, per query token; then
 *   max over query tokens, then mean over parts.
 * - `late-interaction`: standardised; max over the window around the token, then mean over parts, for each query token; then the sum
 *   over query tokens of the square of what is above 0.
 *
 * @param query `[numQueries, numParts, headDim]`, unit parts.
 * @param embeddings `[numTokens, numParts, headDim]`, unit parts.
 * @param window odd number of tokens that late interaction looks at.
 * @param heads those that late interaction and `standardised` look at.
 * @returns `[numTokens]`
 */
export function scoreTokens(
  query: Float32Array,
  numQueries: number,
  embeddings: Float32Array,
  numParts: number,
  headDim: number,
  scoring: GatherSettings['scoring'],
  window = 1,
  heads: HeadRange = { first: 0, count: numParts },
): Float32Array<ArrayBuffer> {
  const numTokens = embeddings.length / (numParts * headDim);
  const scores = new Float32Array(numTokens);
  if (scoring === 'cosine') {
    for (let token = 0; token < numTokens; token++) {
      let best = -Infinity;
      for (let i = 0; i < numQueries; i++) {
        let sum = 0;
        for (let part = 0; part < numParts; part++) {
          sum += dot(query, i * numParts + part, embeddings, token * numParts + part, headDim);
        }
        best = Math.max(best, sum / numParts);
      }
      scores[token] = best;
    }
    return scores;
  }
  const total = new Float64Array(numTokens);
  const standardisedDots = (part: number, i: number): Float64Array => {
    const dots = Float64Array.from(total, (_, token) =>
      dot(query, i * numParts + part, embeddings, token * numParts + part, headDim),
    );
    return standardise(dots);
  };
  if (scoring === 'late-interaction') {
    const reach = (window - 1) / 2;
    for (let i = 0; i < numQueries; i++) {
      const met = new Float64Array(numTokens);
      for (let part = heads.first; part < heads.first + heads.count; part++) {
        const z = standardisedDots(part, i);
        for (let token = 0; token < numTokens; token++) {
          const best = Math.max(...z.slice(Math.max(0, token - reach), token + reach + 1));
          met[token] = (met[token] ?? 0) + best / heads.count;
        }
      }
      met.forEach((m, token) => (total[token] = (total[token] ?? 0) + Math.max(0, m) ** 2));
    }
    scores.set(total);
    return scores;
  }
  for (let part = heads.first; part < heads.first + heads.count; part++) {
    const best = new Float64Array(numTokens).fill(-Infinity);
    for (let i = 0; i < numQueries; i++) {
      standardisedDots(part, i).forEach((z, token) => (best[token] = Math.max(best[token] ?? z, z)));
    }
    best.forEach((z, token) => (total[token] = (total[token] ?? 0) + z / heads.count));
  }
  scores.set(total);
  return scores;
}

function dot(a: Float32Array, rowA: number, b: Float32Array, rowB: number, headDim: number): number {
  let sum = 0;
  for (let d = 0; d < headDim; d++) sum += (a[rowA * headDim + d] ?? NaN) * (b[rowB * headDim + d] ?? NaN);
  return sum;
}

function standardise(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const invStd = variance > minVariance ? 1 / Math.sqrt(variance) : 0;
  return values.map((x) => (x - mean) * invStd);
}
