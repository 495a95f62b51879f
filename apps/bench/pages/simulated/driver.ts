// What crosses between `node tools/start.mjs simulated` and its page: plain data only.

/** As the packaged model's presets of these names search. */
export const simulatedPresets = ['skim', 'read'] as const;
export type SimulatedPreset = (typeof simulatedPresets)[number];

/** One search over all tokens. */
export interface SimulatedPass {
  readonly ms: number;
  /** Of it the time in which the search waited for the store, making the records among it. */
  readonly storeMs: number;
}

/** A document whose embeddings are made while they are read. */
export interface SimulatedStore {
  readonly numTokens: number;
  /** What the document would take of a disk. */
  readonly storeBytes: number;
  readonly storedMs: number;
  readonly openMs: number;
  /** Of making all embeddings, as a disk would give them. */
  readonly makeMs: number;
  /** Of reading all embeddings through the store, making them among it: verified, and known from then on. */
  readonly verifiedMs: number;
  readonly knownMs: number;
}

/** One question to it. */
export interface SimulatedAnswer {
  readonly adapter: string;
  /** Of all searches of one question. */
  readonly searchMs: number;
  readonly passes: readonly SimulatedPass[];
  /** Tokens that the question was given. */
  readonly gathered: number;
  /** The most that was held of the device's memory. */
  readonly gpuBytes: number;
}

export type SimulatedRun = SimulatedStore & SimulatedAnswer;

/** A text read by a tiny model, as all of the engine does it. */
export interface ReadRun {
  readonly numTokens: number;
  /** Of the first pass over the text, and of reading it. */
  readonly surveyMs: number;
  readonly readMs: number;
  /** Of opening it again, and of two questions then: with the first the embeddings are verified. */
  readonly openMs: number;
  readonly askMs: number;
  readonly askAgainMs: number;
  readonly gpuBytes: number;
}

declare global {
  interface Window {
    longreadRead: (numTokens: number) => Promise<ReadRun>;
    longreadPrepare: (numTokens: number, preset: SimulatedPreset) => Promise<SimulatedStore>;
    longreadAsk: () => Promise<SimulatedAnswer>;
  }
}
