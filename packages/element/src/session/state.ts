// What the element knows at one moment, as plain data that the views show. Nothing here changes anything.
import type {
  Answer,
  AskStats,
  Citation,
  DocumentManifest,
  DocumentPlan,
  DocumentSet,
  Engine,
  EngineInfo,
  EngineOptions,
  Evidence,
  LongreadDocument,
  PresetName,
  Progress,
  StorageUsage,
  StrategyName,
  StoredModel,
} from 'longread';
import type { TextSource } from '../source/text-source.ts';

/** `idle`: no model. `ready`: a model, and nothing is running. */
export type Phase = 'idle' | 'loading' | 'ready' | 'reading' | 'asking';

/** Makes an engine; `createEngine` unless the page brings its own. */
export type EngineFactory = (options: EngineOptions) => Promise<Engine>;

/** A failure for the reader: a typed error's code, or `Unexpected`, and what to do about it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  /** What explains it: measured values, limits, an address. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** The file or document it is about. */
  readonly about?: string;
}

/** A question and as much of its answer as there is. Plain data: it is kept with its document as it is. */
export interface Exchange {
  /** Unlike any other of its document. */
  readonly id: string;
  readonly question: string;
  readonly text: string;
  /** Best first; set as soon as they are found, before the first word. */
  readonly evidence?: readonly Evidence[];
  /** Where all that was read again for it stands in the text, rising; set with them. */
  readonly gathered?: Answer['gathered'];
  /** Where in the text the scores lie; set with them, where there are any. */
  readonly curve?: Answer['curve'];
  /** What the model thought first; when the answer is complete. */
  readonly thought?: string | undefined;
  /** How the answer ended, `stopped` by the reader; none while it is under way. */
  readonly end?: Answer['finish'] | 'stopped';
  /** Which words of the text stand in which of the evidence; when the answer is complete. */
  readonly citations?: readonly Citation[];
  /** How much of the document was read when it was asked, 0 to 1; none when all was. */
  readonly covers?: number;
  /** Nothing in the text says what was asked, as far as the search can tell; set when the answer is complete. */
  readonly saysNothing?: boolean;
  /** Set when the answer is complete. */
  readonly stats?: AskStats;
  /** The same question by another strategy, where a reader asked for it. */
  readonly other?: OtherAnswer | undefined;
}

/** Passages and figures come when it is complete. */
export interface OtherAnswer extends Pick<Exchange, 'text' | 'evidence' | 'stats'> {
  readonly strategy: StrategyName;
}

/** Stored documents that are asked as one. */
export interface Together {
  readonly set: DocumentSet;
  /** Of each of them, by id. */
  readonly texts: ReadonlyMap<string, TextSource>;
}

export interface DeeperCosts {
  readonly id: string;
  readonly plans: ReadonlyMap<PresetName, DocumentPlan>;
}

export interface SessionState {
  readonly phase: Phase;
  /** Cancel was asked for and the engine has not stopped yet. */
  readonly isCancelling: boolean;
  /** Title of the document being read or opened. */
  readonly title: string;
  readonly progress: Progress | undefined;
  /** Of the phase that runs, in milliseconds; undefined while too little is known. */
  readonly msLeft: number | undefined;
  readonly info: EngineInfo | undefined;
  readonly documents: readonly DocumentManifest[];
  readonly models: readonly StoredModel[];
  /** What it would take to read a stored document deeper, of the one that was looked at last. */
  readonly costs: DeeperCosts | undefined;
  /** What the browser says of its storage; none until it is known. */
  readonly usage: StorageUsage | undefined;
  readonly document: LongreadDocument | undefined;
  /** Open in the place of one document. */
  readonly together: Together | undefined;
  /** The text that is shown: of the open document, of one of several, once a passage of it was, or of one that is being read. */
  readonly text: TextSource | undefined;
  /** How much of the open document was read before its reading was stopped, 0 to 1, when it can go on. */
  readonly readSoFar: number | undefined;
  /** What was asked of what is open, oldest first. */
  readonly exchanges: readonly Exchange[];
  readonly error: ErrorReport | undefined;
  /** What became of a drop, where not all of it is being read; stays until the next call begins. */
  readonly notice: string;
  /** Last milestone, read out by screen readers. */
  readonly status: string;
}

export const initialState: SessionState = {
  phase: 'idle',
  isCancelling: false,
  title: '',
  progress: undefined,
  msLeft: undefined,
  info: undefined,
  documents: [],
  models: [],
  costs: undefined,
  usage: undefined,
  document: undefined,
  together: undefined,
  text: undefined,
  readSoFar: undefined,
  exchanges: [],
  error: undefined,
  notice: '',
  status: '',
};

export function isBusy(state: SessionState): boolean {
  return state.phase === 'loading' || state.phase === 'reading' || state.phase === 'asking';
}

/** Typed errors are told apart by `code`, which survives worker boundaries. */
export function reportOf(error: unknown): ErrorReport {
  const message = error instanceof Error ? error.message : String(error);
  const isTyped = error instanceof Error && 'code' in error && typeof error.code === 'string';
  const details = isTyped && 'details' in error ? (error.details as ErrorReport['details']) : undefined;
  return { code: isTyped ? (error.code as string) : 'Unexpected', message, ...(details && { details }) };
}

/** The same report, naming the file it is about. */
export function reportAbout(name: string, report: ErrorReport): ErrorReport {
  if (name === '') return report;
  const { message } = report;
  return { ...report, message: message.includes(name) ? message : `${name}: ${message}`, about: name };
}

/** An error of the element's own, of the same kind as the engine's. */
export function typedError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** True for AbortedError and for the DOMException that an aborted fetch gives. */
export function isAbort(error: unknown): boolean {
  return reportOf(error).code === 'Aborted' || (error instanceof DOMException && error.name === 'AbortError');
}
