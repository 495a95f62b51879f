// What crosses between `npm run faults` and its page: plain data.

export type FaultOperation = 'ingest' | 'append' | 'ask';

/** A step of an operation: a phase as it reports progress, or a record as it is put. */
export type FaultPlace =
  | 'tokenize'
  | 'compress'
  | 'gather'
  | 'recompute'
  | 'decode'
  | 'embeddings'
  | 'tokens'
  | 'text'
  | 'state'
  | 'manifest';

/** `kill` ends the browser's process and `close` the page; the rest happens inside it. */
export type Fault = 'kill' | 'close' | 'destroy' | 'cancel' | 'steal' | 'error' | 'quota' | 'abort';

export interface FaultRun {
  readonly operation: FaultOperation;
  readonly place: FaultPlace;
  /** At which report or put of the place, from 1. */
  readonly nth: number;
  readonly fault: Fault;
}

/** What the uninterrupted operations leave and answer. */
export interface Reference {
  /** SHA-256 of all stored embeddings, tokens and texts and the state. */
  readonly ingested: string;
  readonly appended: string;
  readonly answer: string;
  readonly appendedAnswer: string;
}

export interface FaultOutcome {
  /** The fault was set off; without it the run proves nothing. */
  readonly fired: boolean;
  /** What had been stored is not there any more. */
  readonly lost: boolean;
  /** Something that was not said to have failed differs from the uninterrupted run. */
  readonly differs: boolean;
  /** What went wrong otherwise; empty when nothing did. */
  readonly failure: string;
}

export interface FaultDriver {
  /** Creates the engine; measures the reference when none is given. */
  prepare(reference: Reference | undefined): Promise<Reference>;
  /** Runs an operation into its fault. Does not return when the fault ends the page. Empty, or an error without a type. */
  start(run: FaultRun): Promise<string>;
  /** Goes on after the fault, in this page or a later one, and compares. */
  finish(run: FaultRun): Promise<FaultOutcome>;
}

declare global {
  interface Window {
    longreadFaults: FaultDriver;
    /** Exposed by the command: ends the page or the browser. */
    longreadEnd(fault: 'kill' | 'close'): void;
  }
}
