// One hop of gather over a synthetic document of any length: the engine's own search, pooling and choice of tokens.
import type { ChunkRecord, Scoring } from '@longread/core';
import { addMoments, createMoments } from '@longread/planner';
import { gather, type EmbeddingSource } from 'longread/stages';
import { noise, timed, type Bed } from './bed.ts';
import type { Work } from './driver.ts';

const numParts = 4;
const headDim = 64;
const chunkSize = 1024;

const settings = {
  gatherSize: 1024,
  smoothWindow: 33,
  keepEnds: 64,
  wholeSentences: false,
  followFrom: Infinity,
  hops: 1,
  peaks: 3,
  peakSpan: 12,
  rarePlaces: 0,
  bestLast: false,
} as const;

/** The same block of noise over and over: what is timed does not depend on the values, and a million tokens need no gigabyte. */
function syntheticSource(numTokens: number): EmbeddingSource {
  const width = numParts * headDim;
  const quants = Int8Array.from(noise(chunkSize * width), (value) => 127 * value);
  const scales = new Float32Array(chunkSize * numParts).fill(1 / 64 / Math.sqrt(headDim));
  const blockOf = (index: number): ChunkRecord => {
    const count = Math.min(chunkSize, numTokens - index * chunkSize);
    return {
      index,
      tokenIds: new Uint32Array(count),
      charEnds: new Uint32Array(count),
      embeddings: {
        numTokens: count,
        quants: quants.subarray(0, count * width),
        scales: scales.subarray(0, count * numParts),
      },
    };
  };
  const moments = createMoments(numParts, headDim);
  addMoments(moments, blockOf(0).embeddings, headDim);
  return {
    numTokens,
    chunkSize,
    chunkStarts: Array.from({ length: Math.ceil(numTokens / chunkSize) }, (_, index) => index * chunkSize),
    numParts,
    headDim,
    moments,
    blocks: async function* () {
      for (let index = 0; index * chunkSize < numTokens; index++) yield Promise.resolve(blockOf(index));
    },
    block: (index) => Promise.resolve(blockOf(index)),
  };
}

/** The time is that of the whole hop, host and readback included. Late interaction looks at one head, as the packaged model's does. */
export async function search(
  bed: Bed,
  numTokens: number,
  numQueries: number,
  scoring: Scoring,
): Promise<Work> {
  const source = syntheticSource(numTokens);
  const query = noise(numQueries * numParts * headDim).map((value) => value / Math.sqrt(headDim / 3));
  const lateHeads = scoring === 'late-interaction' ? { first: 1, count: 1 } : { first: 0, count: numParts };
  const flops = 2 * numTokens * numQueries * lateHeads.count * headDim;
  const bytes = numTokens * numParts * (headDim + 4);
  return timed(bed, { flops, bytes }, async () => {
    await gather(bed.gpu, source, query, { ...settings, scoring, lateHeads }, { during: 'bench' });
  });
}
