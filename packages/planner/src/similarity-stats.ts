// Mean and deviation of a query's similarity over a whole document without a pass over it: from the document's first and second
// moments, which compress keeps up to date (CompressState.moments). Standardised scoring needs them before the search streams.
import { invariant, type EmbeddingBlock } from '@longread/core';

/**
 * Layout of the moments (f64): `[0]` token count, then for each part the sum `[headDim]` and the upper triangle of the sum of outer
 * products, row-major: (0,0) (0,1) .. (0,headDim-1) (1,1) .. (headDim-1,headDim-1). Their type is the plain Float64Array that is stored.
 */
export type EmbeddingMoments = Float64Array<ArrayBuffer>;

/** Below this variance a similarity is constant, and its standardised form 0 everywhere. */
export const minVariance = 1e-10;

const partLength = (headDim: number): number => headDim + (headDim * (headDim + 1)) / 2;

/** Moments of an empty document. */
export function createMoments(numParts: number, headDim: number): EmbeddingMoments {
  return new Float64Array(1 + numParts * partLength(headDim));
}

/**
 * Adds a block's tokens to `moments`, in place. Token by token in order, so cutting a document into other blocks gives the same bits.
 */
export function addMoments(moments: Float64Array, block: EmbeddingBlock, headDim: number): void {
  const { numTokens, quants, scales } = block;
  if (numTokens === 0) return;
  const numParts = scales.length / numTokens;
  invariant(
    moments.length === 1 + numParts * partLength(headDim) && quants.length === numTokens * numParts * headDim,
    `moments of ${moments.length} values for a block of ${numTokens} x ${numParts} x ${headDim}`,
  );
  const values = new Float64Array(headDim);
  for (let token = 0; token < numTokens; token++) {
    for (let part = 0; part < numParts; part++) {
      const row = token * numParts + part;
      const scale = scales[row] ?? 0;
      let at = 1 + part * partLength(headDim);
      for (let d = 0; d < headDim; d++) {
        const value = scale * (quants[row * headDim + d] ?? 0);
        values[d] = value;
        moments[at] = (moments[at] ?? 0) + value;
        at++;
      }
      for (let d = 0; d < headDim; d++) {
        const value = values[d] ?? 0;
        for (let e = d; e < headDim; e++) {
          moments[at] = (moments[at] ?? 0) + value * (values[e] ?? 0);
          at++;
        }
      }
    }
  }
  moments[0] = (moments[0] ?? 0) + numTokens;
}

/** Mean and 1 / population standard deviation over the document, `[numQueries, numParts]` each. */
export interface Standardisation {
  readonly mean: Float32Array<ArrayBuffer>;
  /** 0 where the similarity is constant over the document. */
  readonly invStd: Float32Array<ArrayBuffer>;
}

/**
 * For each query token and part: the mean `q.mu` and the deviation `sqrt(q'Mq - mean^2)` of its dot with the document's parts.
 *
 * @param query `[numQueries, numParts, headDim]`, unit parts.
 */
export function standardisation(
  moments: Float64Array,
  query: Float32Array,
  numParts: number,
  headDim: number,
): Standardisation {
  invariant(
    moments.length === 1 + numParts * partLength(headDim),
    `moments of ${moments.length} values for ${numParts} parts of ${headDim}`,
  );
  const numTokens = moments[0] ?? 0;
  const rows = query.length / headDim;
  const mean = new Float32Array(rows);
  const invStd = new Float32Array(rows);
  if (numTokens === 0) return { mean, invStd };
  for (let row = 0; row < rows; row++) {
    const q = query.subarray(row * headDim, (row + 1) * headDim);
    let at = 1 + (row % numParts) * partLength(headDim);
    let first = 0;
    for (let d = 0; d < headDim; d++) first += (q[d] ?? 0) * (moments[at++] ?? 0);
    let second = 0;
    for (let d = 0; d < headDim; d++) {
      let inner = ((q[d] ?? 0) / 2) * (moments[at++] ?? 0);
      for (let e = d + 1; e < headDim; e++) inner += (q[e] ?? 0) * (moments[at++] ?? 0);
      second += 2 * (q[d] ?? 0) * inner;
    }
    const average = first / numTokens;
    const variance = second / numTokens - average * average;
    mean[row] = average;
    invStd[row] = variance > minVariance ? 1 / Math.sqrt(variance) : 0;
  }
  return { mean, invStd };
}
