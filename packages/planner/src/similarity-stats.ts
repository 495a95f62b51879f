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

/** Bytes of a document's moments. */
export function momentBytes(numParts: number, headDim: number): number {
  return 8 * (1 + numParts * partLength(headDim));
}

/** Moments of an empty document. */
export function createMoments(numParts: number, headDim: number): EmbeddingMoments {
  return new Float64Array(1 + numParts * partLength(headDim));
}

/**
 * Adds a block's tokens to `moments`, in place. Every sum takes its tokens one by one in order, so cutting a document into other
 * blocks gives the same bits.
 */
export function addMoments(moments: Float64Array, block: EmbeddingBlock, headDim: number): void {
  const { numTokens, quants, scales } = block;
  if (numTokens === 0) return;
  const numParts = scales.length / numTokens;
  invariant(
    moments.length === 1 + numParts * partLength(headDim) && quants.length === numTokens * numParts * headDim,
    `moments of ${moments.length} values for a block of ${numTokens} x ${numParts} x ${headDim}`,
  );
  // Four tokens a pass over the triangle: 14 ms for 1,024 x 4 x 64 where one at a time takes 23, mostly loads and stores.
  const lanes = Array.from({ length: 4 }, () => new Float64Array(headDim));
  for (let part = 0; part < numParts; part++) {
    const target = moments.subarray(1 + part * partLength(headDim), 1 + (part + 1) * partLength(headDim));
    for (let token = 0; token < numTokens; token += lanes.length) {
      lanes.forEach((lane, i) => {
        const row = (token + i) * numParts + part;
        // Beyond the last token a lane is 0, which leaves every sum's bits as they are.
        const scale = token + i < numTokens ? (scales[row] ?? 0) : 0;
        for (let d = 0; d < headDim; d++) lane[d] = scale * (quants[row * headDim + d] ?? 0);
      });
      addLanes(target, lanes, headDim);
    }
  }
  moments[0] = (moments[0] ?? 0) + numTokens;
}

/** Moments of several documents together, which is their sum. */
export function addedMoments(all: readonly Float64Array[]): EmbeddingMoments {
  const sum = new Float64Array(all[0]?.length ?? 0);
  for (const moments of all) {
    invariant(moments.length === sum.length, `moments of ${moments.length} values beside ${sum.length}`);
    moments.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
  }
  return sum;
}

function addLanes(target: Float64Array, lanes: readonly Float64Array[], headDim: number): void {
  const [a, b, c, d] = lanes;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  let at = 0;
  for (let j = 0; j < headDim; j++) {
    target[at] = (target[at] ?? 0) + (a[j] ?? 0) + (b[j] ?? 0) + (c[j] ?? 0) + (d[j] ?? 0);
    at++;
  }
  for (let i = 0; i < headDim; i++) {
    const [ai, bi, ci, di] = [a[i] ?? 0, b[i] ?? 0, c[i] ?? 0, d[i] ?? 0];
    for (let j = i; j < headDim; j++) {
      target[at] =
        (target[at] ?? 0) + ai * (a[j] ?? 0) + bi * (b[j] ?? 0) + ci * (c[j] ?? 0) + di * (d[j] ?? 0);
      at++;
    }
  }
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
