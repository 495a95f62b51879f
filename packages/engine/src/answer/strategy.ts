// What a strategy is: a way to get from a document and a question to the tokens of an answer. The table is in strategies.ts.
import type { StrategyName } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import type { Calibration, MemoryItem, ResolvedSampling, TokenScores } from '@longread/planner';
import type { AskOptions, Progress } from '../api.ts';
import type { KeptEntries } from '../compressed-cache.ts';
import type { OpenDocument } from '../document.ts';
import { createDecodeCache, type DecodeCache } from '../forward/decode-cache.ts';
import type { Transformer } from '../forward/transformer.ts';
import type { Model } from '../load.ts';
import type { PhaseClock } from '../phases.ts';
import type { PromptTokens } from './prompt.ts';

/** What answering needs; all documents of an engine share it. */
export interface AnswerContext {
  readonly gpu: Gpu;
  readonly model: Model;
  readonly transformer: Transformer;
  readonly calibration: Calibration;
  /** What a strategy that keeps a cache had read before the last question: the next one may go on from there. */
  read: ReadPrompt | undefined;
  /** The decode cache of the question before: reused while it is long enough, with what its prompt shares with the next. */
  cache: DecodeCache | undefined;
}

/** The beginning of a prompt, up to the question, and what a strategy kept of it. */
export interface ReadPrompt {
  /** The strategy and its read settings. */
  readonly by: string;
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly entries: KeptEntries;
}

/** A question of any document, its options in range. */
export interface Question {
  readonly context: AnswerContext;
  /** Of the document, where there is one. */
  readonly calibration: Calibration;
  readonly question: string;
  readonly prompt: PromptTokens & { readonly numTurns: number };
  readonly sampling: ResolvedSampling;
  readonly maxNewTokens: number;
  readonly gather: AskOptions['gather'];
  readonly stop: readonly string[];
  readonly strategyName: StrategyName;
  readonly strategy: Strategy;
}

/** A question of a document. */
export interface DocumentQuestion extends Question {
  readonly document: OpenDocument;
}

/** A question under way, of a document or of the model alone. */
export interface UnderWay extends Question {
  readonly signal: AbortSignal | undefined;
  readonly clock: PhaseClock;
  report(phase: Progress['phase'], done: number, total: number): void;
}

/** A question of a document, under way. */
export interface Asked extends UnderWay, DocumentQuestion {}

/** A prompt that the model has read: its answer can be generated. */
export interface Prepared {
  /** The document's tokens that the strategy chose; strictly increasing. Empty where it chooses none. */
  readonly positions: Uint32Array<ArrayBuffer>;
  /** Pooled, of each token of the document. */
  readonly scores: TokenScores;
  /** Best score over the tokens of the question; undefined where late interaction did not score. */
  readonly match?: number | undefined;
  /** Scores in one unit where `scores` mixes two, because what was found was followed. */
  readonly unfollowed?: TokenScores;
  /** The answer's token ids, without the one that ends it. */
  readonly tokens: AsyncIterable<number>;
  dispose(): void;
}

export interface Strategy {
  /** Chooses tokens of the document before it answers, so that its passages can be had alone (`maxNewTokens: 0`). */
  readonly choosesPassages?: true;
  /** Whether the question can be asked of a document of so many tokens or more. @throws InvalidInputError | LimitExceededError */
  check(question: Question, documentTokens: number): void;
  /** The most tokens of the document that are in the window at a time. @throws InvalidInputError | LimitExceededError */
  mostTokens(asked: DocumentQuestion): number;
  /** GPU memory of each phase, beside the engine's and the documents'. @throws InvalidInputError | LimitExceededError */
  plan(asked: Asked): readonly (readonly MemoryItem[])[];
  /** Runs the phases before decode. @throws AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError */
  prepare(asked: Asked): Promise<Prepared>;
}

/** The engine's decode cache, grown to `numPositions` if it is shorter. @throws OutOfMemoryError | LimitExceededError */
export async function decodeCacheFor(context: AnswerContext, numPositions: number): Promise<DecodeCache> {
  const { cache } = context;
  if (cache !== undefined && cache.capacity >= numPositions) return cache;
  cache?.dispose();
  context.cache = undefined;
  context.cache = await createDecodeCache(context.gpu, context.transformer, numPositions);
  return context.cache;
}
