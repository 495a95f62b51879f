// How the search scores a batch of a document's tokens: by the nearest query token, or by late interaction.
import type { BufferOwner, Gpu } from '@longread/gpu';
import { paddedQueries, stretchStride, stretchTokens, type SearchShape } from '@longread/planner';
import { similarityLateInteraction, similarityNearest, similarityStandardised } from '@longread/shaders';

/** Device buffers that hold a batch and the query. */
export interface SearchBuffers {
  readonly quants: GPUBuffer;
  readonly scales: GPUBuffer;
  readonly queries: GPUBuffer;
  readonly standard: GPUBuffer;
  /** Scores of the batch. */
  readonly score: GPUBuffer;
}

/** Tokens on the device, and which of them to score: `first .. first + count - 1` of `held`, into the first of `score`. */
export interface Batch {
  readonly held: number;
  readonly first: number;
  readonly count: number;
  readonly numQueries: number;
}

export type ScoreBatch = (batch: Batch) => void;

interface PartShape {
  readonly numParts: number;
  readonly headDim: number;
}

/** The kernels of every scoring, since each question chooses its own. @throws ShaderCompileError */
export function compileSearch({ kernels }: Gpu) {
  const operations = [similarityNearest, similarityStandardised, similarityLateInteraction];
  return Promise.all(operations.map(({ bodies }) => kernels.get(bodies.plain)));
}

/** score[j] = similarity to the nearest query token. */
export async function createNearest(
  { kernels, recorder }: Gpu,
  buffers: SearchBuffers,
  { numParts, headDim }: PartShape,
  { numGroups }: SearchShape,
): Promise<ScoreBatch> {
  const nearest = await kernels.get(similarityNearest.bodies.plain);
  const parts_per_group = numParts / numGroups;
  const parts = {
    num_parts: numParts,
    first_part: 0,
    num_groups: numGroups,
    parts_per_group,
    head_dim: headDim,
  };
  return ({ first, count, numQueries }) => {
    const padded = paddedQueries(numQueries);
    const step = recorder.rowsPerDispatch(nearest, 2 * padded * numParts * headDim, 8);
    for (let done = 0; done < count; done += step) {
      const tokens = {
        first_token: first + done,
        num_tokens: Math.min(step, count - done),
        first_score: done,
      };
      recorder.dispatch(nearest, { ...buffers }, { ...parts, ...tokens, num_queries: padded });
    }
  };
}

/** score[j] = what the query's tokens find in the window around j. `z` has the similarities of one stretch. */
export async function createLateInteraction(
  { kernels, recorder }: Gpu,
  owner: BufferOwner,
  { score, ...embeddings }: SearchBuffers,
  { numParts, headDim }: PartShape,
  { numGroups, firstPart, window }: SearchShape,
  zBytes: number,
): Promise<ScoreBatch> {
  const [standardised, lateInteraction] = await Promise.all([
    kernels.get(similarityStandardised.bodies.plain),
    kernels.get(similarityLateInteraction.bodies.plain),
  ]);
  const z = owner.storage('z', zBytes);
  const reach = (window - 1) / 2;
  const groups = { num_groups: numGroups, token_stride: stretchStride(window) };
  const parts = { num_parts: numParts, first_part: firstPart, head_dim: headDim };
  return ({ held, first, count, numQueries }) => {
    const padded = paddedQueries(numQueries);
    for (let done = 0; done < count; done += stretchTokens) {
      const start = first + done;
      const numWanted = Math.min(stretchTokens, count - done);
      const firstZ = Math.max(0, start - reach);
      const numZ = Math.min(held, start + numWanted + reach) - firstZ;
      recorder.dispatch(
        standardised,
        { ...embeddings, z },
        { ...groups, ...parts, first_token: firstZ, num_tokens: numZ, num_queries: padded },
      );
      recorder.dispatch(
        lateInteraction,
        { z, score },
        {
          ...groups,
          first_token: done,
          num_tokens: numWanted,
          first_z: start - firstZ,
          num_z: numZ,
          reach,
          num_queries: numQueries,
          padded_queries: padded,
        },
      );
    }
  };
}
