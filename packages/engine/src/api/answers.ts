// Questions and their answers.
import type { GatherSettings, StrategyName } from '@longread/core';
import type { Support } from '@longread/planner';
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

export interface AskOptions extends CallOptions, SamplingOptions {
  readonly strategy?: StrategyName;
  readonly gather?: Partial<GatherSettings>;
  /** 64 by default. 0: the passages alone, as soon as they are found; nothing is recomputed or generated. */
  readonly maxNewTokens?: number;
  /**
   * Earlier turns, oldest first, that come before the question in the model's chat template. They take at most a quarter of the
   * window: the oldest beyond that are dropped. What is gathered is looked for with the question alone.
   */
  readonly history?: readonly Turn[];
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
  /** The source's own: `source.slice(start, end)`, also of characters that the model cannot see. */
  readonly text: string;
}

export interface AskStats {
  readonly strategy: StrategyName;
  readonly adapter: string;
  /** Document tokens in the recomputed prompt; 0 where nothing is recomputed (`h2o`). */
  readonly gatheredTokens: number;
  readonly generatedTokens: number;
  /** Earlier turns that were in the prompt. */
  readonly historyTurns: number;
  readonly phases: readonly PhaseStats[];
  /** Largest sum of live GPU buffer bytes since the engine was created. */
  readonly gpuBytesPeak: number;
  /** The same for this question alone, with its plan. */
  readonly memory: MemoryStats;
}

export interface Answer {
  readonly text: string;
  /** Best first; at most 256 tokens together, and of a short document no more than a quarter or 64. */
  readonly evidence: readonly Evidence[];
  /** Where everything that was recomputed stands in the source: UTF-16 code units, end exclusive, rising. */
  readonly gathered: readonly Pick<Evidence, 'start' | 'end'>[];
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
  /** The words of the model's chat template. */
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
  result(): Promise<Answer>;
}

/** Questions that build on each other; each gathers anew. */
export interface Conversation {
  /** What was asked and answered to the end, oldest first. */
  readonly turns: readonly Turn[];
  /** Like the document's `ask`, after the turns so far. */
  ask(question: string, options?: Omit<AskOptions, 'history'>): AnswerStream;
}
