// What calibration measures by: a sample is read with many heads at once, and each set of them is scored for each question as gather
// scores by late interaction, and for stretches of the sample as it scores what it follows. Chooses nothing.
import { invariant, type EmbeddingBlock, type HeadRange, type ReadSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { headScoringSizes, paddedQueries, planChunks, sampleStride, type TokenSpan } from '@longread/planner';
import { similarityLateInteraction, similarityNearest, similarityStandardised } from '@longread/shaders';
import { createCompressor } from './compress.ts';
import type { Transformer } from './forward/transformer.ts';
import type { ReadOptions } from './read-layers.ts';
import { dequantiseInto, repeatRows, standardPairs } from './search.ts';

export interface HeadScoring {
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly questions: readonly Uint32Array<ArrayBuffer>[];
  /** Stretches of the sample that are queries as those of a hop are. */
  readonly hops: readonly TokenSpan[];
  /** Its heads may repeat: a set is some of them side by side. */
  readonly settings: ReadSettings;
  readonly sets: readonly HeadRange[];
  /** Tokens of the window around each token, odd. */
  readonly window: number;
}

/** Called with `[numSets, numTokens]` scores, which are the callee's, for each question and hop in order, questions first. */
export interface OnScores {
  readonly question: (index: number, scores: Float32Array<ArrayBuffer>) => void;
  readonly hop: (index: number, scores: Float32Array<ArrayBuffer>) => void;
}

/**
 * Questions by late interaction, hops `standardised`. The sample's embeddings are on the host and on the device while this lasts, as
 * int8.
 *
 * @param options `onTokens` counts the sample's tokens as they are read.
 * @throws AbortedError | OutOfMemoryError | LimitExceededError | DeviceLostError
 */
export async function scoreHeads(
  gpu: Gpu,
  transformer: Transformer,
  { ids, questions, hops, settings, sets, window }: HeadScoring,
  options: ReadOptions,
  onScores: OnScores,
): Promise<void> {
  const { headDim } = transformer.config;
  const numParts = settings.heads.length;
  const { during, signal } = options;
  const compressor = await createCompressor(gpu, transformer, settings);
  const blocks: EmbeddingBlock[] = [];
  const queries: Float32Array[] = [];
  try {
    for (const { firstToken, numTokens } of planChunks(ids.length, settings.chunkSize)) {
      const onTokens = (done: number) => options.onTokens?.(firstToken + done);
      const chunk = ids.slice(firstToken, firstToken + numTokens);
      blocks.push(await compressor.compress(chunk, { during, signal, onTokens }));
    }
    compressor.endReading();
    for (const question of questions) queries.push(await compressor.embed(question, { during, signal }));
  } finally {
    compressor.dispose();
  }
  const sample = { numTokens: ids.length, numParts, headDim, moments: compressor.moments };
  const numRows = Math.max(
    ...questions.map(({ length }) => length),
    ...hops.map(({ start, end }) => end - start),
  );
  const scorer = await gpu.build('scoring of heads', (owner) =>
    scorerOn(gpu, owner, sample, blocks, { sets, window, numQueries: numRows }),
  );
  try {
    for (const [i, query] of queries.entries()) onScores.question(i, await scorer.late(query, options));
    for (const [i, hop] of hops.entries())
      onScores.hop(i, await scorer.nearest(embeddingsOf(blocks, sample, hop), options));
  } finally {
    scorer.dispose();
  }
}

interface Sample {
  readonly numTokens: number;
  readonly numParts: number;
  readonly headDim: number;
  readonly moments: Float64Array;
}

interface Wanted extends Pick<HeadScoring, 'sets' | 'window'> {
  /** Of the longest query. */
  readonly numQueries: number;
}

/** Embeddings of a stretch of the sample as they are stored, dequantised. */
function embeddingsOf(
  blocks: readonly EmbeddingBlock[],
  sample: Sample,
  { start, end }: TokenSpan,
): Float32Array {
  const query = new Float32Array((end - start) * sample.numParts * sample.headDim);
  let first = 0;
  for (const block of blocks) {
    const { numTokens } = block;
    for (let token = Math.max(start, first); token < Math.min(end, first + numTokens); token++)
      dequantiseInto(query, token - start, block, token - first, sample);
    first += numTokens;
  }
  return query;
}

async function scorerOn(
  gpu: Gpu,
  owner: BufferOwner,
  sample: Sample,
  blocks: readonly EmbeddingBlock[],
  { sets, window, numQueries: longest }: Wanted,
) {
  const { numTokens, numParts, headDim } = sample;
  const { recorder, kernels } = gpu;
  const width = numParts * headDim;
  const sizes = headScoringSizes(sample, {
    numTokens,
    numParts,
    numQueries: longest,
    numSets: sets.length,
    largestSet: Math.max(...sets.map(({ count }) => count)),
  });
  const [standardised, lateInteraction, nearest] = await Promise.all([
    kernels.get(similarityStandardised.bodies.plain),
    kernels.get(similarityLateInteraction.bodies.plain),
    kernels.get(similarityNearest.bodies.plain),
  ]);
  const quants = owner.storage('quants', sizes.quants);
  const scales = owner.storage('scales', sizes.scales);
  const queries = owner.storage('queries', sizes.queries);
  const standard = owner.storage('standard', sizes.standard);
  const z = owner.storage('z', sizes.z);
  const score = owner.storage('scores', sizes.scores);
  await owner.settled();
  let held = 0;
  for (const block of blocks) {
    gpu.write(quants, held * width, block.quants);
    gpu.write(scales, 4 * held * numParts, block.scales);
    held += block.numTokens;
  }
  invariant(held === numTokens, 'the blocks are the sample');
  const stride = sampleStride(numTokens);

  const upload = (query: Float32Array) => {
    const numQueries = query.length / width;
    const padded = paddedQueries(numQueries);
    gpu.write(queries, 0, repeatRows(query, numQueries, padded));
    gpu.write(standard, 0, repeatRows(standardPairs(sample, query), numQueries, padded));
    return { numQueries, padded };
  };
  const partsOf = ({ first, count }: HeadRange, padded: number) => ({
    first_token: 0,
    num_tokens: numTokens,
    num_queries: padded,
    num_parts: numParts,
    num_groups: count,
    head_dim: headDim,
    first_part: first,
  });
  const read = async ({ during, signal }: ReadOptions) =>
    new Float32Array(await recorder.read(score, 0, 4 * sets.length * numTokens, { during, signal }));

  return {
    late: async (query: Float32Array, options: ReadOptions) => {
      const { numQueries, padded } = upload(query);
      for (const [i, set] of sets.entries()) {
        const parts = { ...partsOf(set, padded), token_stride: stride };
        recorder.dispatch(standardised, { quants, scales, queries, standard, z }, parts);
        recorder.dispatch(
          lateInteraction,
          { z, score },
          {
            first_token: i * numTokens,
            num_tokens: numTokens,
            first_z: 0,
            num_z: numTokens,
            reach: (window - 1) / 2,
            num_queries: numQueries,
            padded_queries: padded,
            num_groups: set.count,
            token_stride: stride,
          },
        );
        await recorder.pace(options.signal, options.during);
      }
      return read(options);
    },
    nearest: async (query: Float32Array, options: ReadOptions) => {
      const { padded } = upload(query);
      for (const [i, set] of sets.entries()) {
        const parts = { ...partsOf(set, padded), parts_per_group: 1, first_score: i * numTokens };
        recorder.dispatch(nearest, { quants, scales, queries, standard, score }, parts);
        await recorder.pace(options.signal, options.during);
      }
      return read(options);
    },
    dispose: () => owner.dispose(),
  };
}
