// What sets of heads find in a sample: from its text and questions to figures.
import { headName, invariant, InvalidInputError, parseHead, type EmbeddingHead } from '@longread/core';
import type { Tokenizer } from '@longread/formats';
import type { Gpu } from '@longread/gpu';
import {
  candidateHeads,
  checkReadSettings,
  documentMemory,
  exitLimit,
  exitLayerOf,
  followingFigures,
  headFigures,
  headScoringMemory,
  readingMemory,
  sampleSettings,
  tokensOf,
  type MemoryItem,
} from '@longread/planner';
import type { CallOptions, HeadMeasurement, HeadSample } from './api.ts';
import type { Transformer } from './forward/transformer.ts';
import { scoreHeads } from './score-heads.ts';
import { searchTokens } from './answer/prompt.ts';

/** Windows of late interaction, which is what heads are measured by, and of pooling where something is followed. */
const window = 33;
/** Of a sample's tokens a question gathers one in so many: 1,024 of 8,192. */
const gatherShare = 8;

export interface HeadWork {
  readonly phases: readonly (readonly MemoryItem[])[];
  readonly run: () => Promise<HeadMeasurement>;
}

/**
 * Plans to measure sets of heads, by default every head below the deepest preset's exit layer by itself.
 *
 * @param names of the heads of each set.
 * @throws InvalidInputError (no such head, a set or sample without content)
 */
export function planHeads(
  gpu: Gpu,
  transformer: Transformer,
  tokenizer: Tokenizer,
  sample: HeadSample,
  names: readonly (readonly string[])[] | undefined,
  { signal, onProgress }: CallOptions,
): HeadWork {
  const { config } = transformer;
  const sets: readonly (readonly EmbeddingHead[])[] = names
    ? names.map((set) => set.map(parseHead))
    : candidateHeads(config, exitLimit(config, 'study')).map((head) => [head]);
  for (const heads of sets) {
    const exitLayer = exitLayerOf(heads);
    checkReadSettings(
      { ...sampleSettings(config, heads, transformer.maxTokens, gpu.facts), exitLayer },
      config,
    );
  }
  const { ids, charEnds } = tokenizer.encodeSpans(sample.text);
  if (sets.length === 0 || ids.length === 0 || sample.questions.length === 0)
    throw new InvalidInputError('A sample needs text, questions and heads to measure. One of them is empty.');
  const questions = sample.questions.map(({ question }) => searchTokens(tokenizer, question));
  const evidence = sample.questions.map((question) =>
    question.evidence.map((range) => tokensOf(charEnds, range)),
  );
  /** Each sentence of evidence that others belong to is to lead to those. */
  const hops = evidence.flatMap((sentences, question) =>
    sentences.length < 2
      ? []
      : sentences.map((given) => ({ question, given, rest: sentences.filter((one) => one !== given) })),
  );
  const settings = sampleSettings(config, sets.flat(), transformer.maxTokens, gpu.facts);
  const starts = sets.map((_, i) => sets.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const ranges = sets.map(({ length }, i) => ({ first: starts[i] ?? 0, count: length }));
  const gatherSize = Math.max(1, Math.floor(ids.length / gatherShare));
  const shape = {
    numTokens: ids.length,
    numParts: settings.heads.length,
    numQueries: Math.max(
      ...questions.map(({ length }) => length),
      ...hops.map(({ given }) => given.end - given.start),
    ),
    numSets: sets.length,
    largestSet: Math.max(...sets.map(({ length }) => length)),
  };
  return {
    phases: [
      [documentMemory(config, settings, 1), readingMemory(config, settings)],
      [headScoringMemory(config, shape)],
    ],
    run: async () => {
      const total = ids.length + questions.length + hops.length;
      const report = (done: number) => onProgress?.({ phase: 'calibrate', done, total, unit: 'tokens' });
      const gather = { gatherSize, keepEnds: 0, smoothWindow: window };
      const taskOf = (question: number) => sample.questions[question]?.task ?? '';
      const bySet = <T>(scores: Float32Array, figuresOf: (own: Float32Array) => T) =>
        sets.map((_, set) => figuresOf(scores.subarray(set * ids.length, (set + 1) * ids.length)));
      const asked: HeadMeasurement['questions'][number][] = [];
      const followed: HeadMeasurement['followed'][number][] = [];
      const work = { ids, questions, hops: hops.map(({ given }) => given), settings, sets: ranges, window };
      const options = { during: 'calibrate', signal, onTokens: report };
      await scoreHeads(gpu, transformer, work, options, {
        question: (i, scores) => {
          const figures = bySet(scores, (own) => headFigures(own, evidence[i] ?? [], gather));
          asked.push({ task: taskOf(i), figures });
          report(ids.length + i + 1);
        },
        hop: (i, scores) => {
          const hop = hops[i];
          invariant(hop, 'a hop that was asked for');
          const figures = bySet(scores, (own) => followingFigures(own, hop.given, hop.rest, gather));
          followed.push({ task: taskOf(hop.question), figures });
          report(ids.length + questions.length + i + 1);
        },
      });
      return {
        sets: sets.map((heads) => heads.map(headName)),
        numTokens: ids.length,
        gatherSize,
        questions: asked,
        followed,
      };
    },
  };
}
