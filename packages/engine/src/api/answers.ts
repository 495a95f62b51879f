// Questions and their answers.
import type { DocumentManifest, GatherSettings, PassagePlace, StrategyName } from '@longread/core';
import type { ScoreCurve, Support } from '@longread/planner';
import type { CallOptions, MemoryStats, PhaseStats } from './calls.ts';

export interface SamplingOptions {
  /** 0 (default) is greedy. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  /** 1 is none. */
  readonly repetitionPenalty?: number;
  readonly seed?: number;
}

/** An earlier question about the document and what was answered. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

/**
 * A server that answers in this engine's place: the caller's own Ollama, LM Studio, llama.cpp or vLLM, or any that speaks OpenAI's chat
 * completions, streamed. The page asks it, so the page's content-security policy (`connect-src`) and the server's CORS must allow that.
 */
export interface AnswerWith {
  /**
   * `http://localhost:11434/v1`, or the whole address, which ends in `/chat/completions`; of a bare origin `/v1/chat/completions` is meant.
   * It is not followed elsewhere: a redirect is an error.
   */
  readonly url: string | URL;
  /** As the server calls it. */
  readonly model: string;
  /** Sent as `Authorization: Bearer`. It is kept nowhere and told to nobody else, in no error either. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AskOptions extends CallOptions, SamplingOptions {
  /**
   * Answers elsewhere: passages are found here, then those alone, each with its place, the question, `history` and `system` are sent to the
   * server that is named, once, and its answer streams in. Off unless it is given. `maxNewTokens` is sent where it is given; `topK`, `minP`,
   * `repetitionPenalty` and `thinking` are refused, and so are strategies that choose no passages. `AskStats.answeredBy` says who answered.
   * @throws NetworkError with `details.reason`: unreachable, unauthorised, not-found, rate-limit, server, redirect, not-a-stream, stalled,
   * cut, too-large, ...
   */
  readonly answerWith?: AnswerWith;
  readonly strategy?: StrategyName;
  readonly gather?: Partial<GatherSettings>;
  /** 64 by default, more with `thinking`. 0: the passages alone, as soon as they are found; nothing is recomputed or generated. */
  readonly maxNewTokens?: number;
  /**
   * Earlier turns, oldest first, that come before the question in the model's chat template. They take at most a quarter of the
   * window: the oldest beyond that are dropped. What is gathered is looked for with the question alone.
   */
  readonly history?: readonly Turn[];
  /**
   * A system message for the model's chat template, before all turns; nothing is looked for with it.
   * @throws InvalidInputError where the template takes none
   */
  readonly system?: string;
  /**
   * Lets a model that can think before it answers (default false): its thoughts are `Answer.thought`, and `maxNewTokens`, 1,024 by default
   * then, counts them too. Of a model whose chat template has no such switch it changes nothing.
   */
  readonly thinking?: boolean;
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
  /**
   * Generation ends before a sentence that the answer has already (default true): a model that begins to say one again rarely says
   * anything else after it.
   */
  readonly endsRepetition?: boolean;
}

/** A passage of the source that the answer was read from: whole sentences, the best of what was gathered. */
export interface Evidence {
  /**
   * UTF-16 code units of the source as it was given, end exclusive; a byte-order mark counts. No user-perceived character is parted
   * at either end.
   */
  readonly start: number;
  readonly end: number;
  /**
   * Best pooled score inside the passage, in the units of the scoring in use; of `bm25` that of its chunk, of `chunks` minus the
   * entropy in nats. 0 where a strategy has no scores; those that keep a cache (`h2o`) and `fold` give no evidence.
   */
  readonly score: number;
  /** Where it begins: how far into the document, and in which file, page and heading where an outline was given. `describePlace` says it. */
  readonly place: PassagePlace;
  /** The source's own: `source.slice(start, end)`, also of characters that the model cannot see. */
  readonly text: string;
  /** Of several documents that were asked together: whose it is, in whose own text it stands from `start` to `end`. */
  readonly document?: DocumentName;
}

/** A stored document, as it is told from others. */
export type DocumentName = Pick<DocumentManifest, 'id' | 'title'>;

/** A stretch of the source, or of one of several. */
export type SourceRange = Pick<Evidence, 'start' | 'end' | 'document'>;

export interface AskStats {
  readonly strategy: StrategyName;
  readonly adapter: string;
  /** Document tokens in the recomputed prompt; 0 where nothing is recomputed (`h2o`). */
  readonly gatheredTokens: number;
  readonly generatedTokens: number;
  /** Template, system message, earlier turns, question and `gatheredTokens`; without what strategies that keep a cache read before it. */
  readonly promptTokens: number;
  /** Who wrote the answer, where that was not this engine: the address without its query. Tokens are as the server counts them. */
  readonly answeredBy?: { readonly url: string; readonly model: string };
  /** Earlier turns that were in the prompt. */
  readonly historyTurns: number;
  readonly phases: readonly PhaseStats[];
  /** Largest sum of live GPU buffer bytes since the engine was created. */
  readonly gpuBytesPeak: number;
  /** The same for this question alone, with its plan. */
  readonly memory: MemoryStats;
}

/** What was found for a question, before the first word is written. */
export interface Found {
  /** Best first; at most 256 tokens together, and of a short document no more than a quarter or 64. */
  readonly evidence: readonly Evidence[];
  /** Where everything that is recomputed stands in the source: UTF-16 code units, end exclusive, rising. */
  readonly gathered: readonly SourceRange[];
  /**
   * Where in the source the question's scores lie, in at most 256 stretches of equally many UTF-16 code units; undefined where nothing
   * stands out, as with strategies that have no scores. Of what late interaction found and followed, the scores before it was followed.
   */
  readonly curve: ScoreCurve | undefined;
}

export interface Answer extends Found {
  readonly text: string;
  /** What the model thought first, between `<think>` and `</think>`, or the marks of its family; missing where it did not. No part of `text`, or of its pieces. */
  readonly thought?: string;
  /** Whether the text says anything of what was asked; undefined for a strategy that chooses no tokens. */
  readonly support: Support | undefined;
  readonly stats: AskStats;
  /** Whether it ended by itself or before one of `stop`, was cut at `maxNewTokens`, or before it said a sentence again. */
  readonly finish: 'stop' | 'length' | 'repetition';
}

export interface AnswerPiece {
  readonly text: string;
}

/** What a question would take of the model's window, in tokens; the document's share is the most that it may be. */
export interface ContextUsage {
  /** Of the model. `free` is negative for a strategy that reads more than the window at once. */
  readonly window: number;
  /** The words of the model's chat template, and the system message. */
  readonly template: number;
  /** Earlier turns, template around them included, and how many of those given have room. */
  readonly history: number;
  readonly historyTurns: number;
  readonly question: number;
  /** Of the document: gathered, whole (`full`), or kept at once by strategies that evict. */
  readonly gathered: number;
  /** Reserved for the answer: `maxNewTokens`. */
  readonly answer: number;
  readonly free: number;
}

/** An answer on its way: iterate for pieces, or await `.result()` for the whole. Starts on first use; iterate at most once. */
export interface AnswerStream extends AsyncIterable<AnswerPiece> {
  /** The passages, as soon as they are found and before the first word is written. Rejects as `result` does. */
  evidence(): Promise<readonly Evidence[]>;
  /** The same with where it stands in the whole source. */
  found(): Promise<Found>;
  result(): Promise<Answer>;
}

/** Questions that build on each other; each gathers anew. */
export interface Conversation {
  /** What was asked and answered to the end, oldest first. */
  readonly turns: readonly Turn[];
  /** Like the document's `ask`, after the turns so far. */
  ask(question: string, options?: Omit<AskOptions, 'history'>): AnswerStream;
}
