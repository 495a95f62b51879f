// The engine, and what it is made with.
import type {
  CalibrationData,
  ErrorDetails,
  PresetName,
  ReadSettings,
  Tuning,
  WeightKind,
} from '@longread/core';
import type { StoredModel } from '@longread/weights-cache';
import type {
  CalibrationInfo,
  HeadMeasurement,
  HeadSample,
  MeasureOptions,
  PresetInfo,
} from './calibration.ts';
import type { Chat } from './chat.ts';
import type { CallOptions, DocumentSource, ModelSource, StorageKind } from './calls.ts';
import type { AskOptions } from './answers.ts';
import type { Plan } from './plans.ts';
import type { Documents, IngestOptions, LongreadDocument } from './documents.ts';

export interface EngineOptions extends CallOptions {
  readonly model: ModelSource;
  /** Where repositories are (`https://huggingface.co` by default): a mirror's address. Asked only for a model that is named by its repository. */
  readonly hub?: string;
  /**
   * Expected SHA-256 of the model file, hex; a mismatch is an IntegrityError. Of several files: of all, one behind the other
   * (docs/models.md says in which order).
   */
  readonly sha256?: string;
  /**
   * Keep a model that is named by URL in this browser's storage (default true), for all documents and engines of the site; nothing is
   * kept with `storage: 'memory'`. A stored
   * model loads without any network request: a file that changed behind its URL is noticed only with `sha256`. A download that is
   * cut or cancelled goes on where it ended. Where the browser cannot keep the file, the model loads without.
   */
  readonly cache?: boolean;
  /** A hub `tokenizer.json` as text, instead of the model's own. */
  readonly tokenizerJson?: string;
  /**
   * What matrices are computed with that the model's file has in 16 or 32 bits: as there (`file`, the default), or quantised while they
   * load, in groups of 32, to `int8` (about half of the memory of 16 bits, hardly a loss) or `int4` (a third, with a loss that docs/models.md
   * states). What is quantised in the file stays as it is. A document is read for the model with these weights.
   */
  readonly weights?: WeightKind;
  /**
   * What reading may multiply by: inputs as they are (`exact`, the default), or, where this device is faster at it, rounded to `int8` in
   * groups of sixteen, with weights that are int8 or int4 (a normalised mean squared error of about 2e-5 a product).
   */
  readonly products?: 'exact' | 'int8';
  /** Run in a dedicated worker (default where there are any and no `gpu` is given) or in place. */
  readonly worker?: boolean;
  /**
   * Where the worker's script is, if it is not beside the engine's own: the address of the package's `worker.js` as you serve it, also at
   * another origin that allows it (CORS). It is run with all rights of your page.
   */
  readonly workerUrl?: string | URL;
  /** The WebGPU to use in place of `navigator.gpu`, as in Node; not with a worker, which has its own. */
  readonly gpu?: GPU;
  /**
   * IndexedDB by default where there is one, memory elsewhere, as in Node. What is in memory is gone with the engine: export what is to
   * be kept.
   */
  readonly storage?: StorageKind;
  /**
   * Which heads documents are read with. By default those that are known of the model file, of its name and shape, or measured here
   * before; of a model of which nothing is known a guess, as `EngineInfo.calibration` tells. `measure` measures the model once, at this
   * load, and keeps the result in storage: minutes, and `skip` ends it; `guess` asks for the guess whatever is known. Or a calibration as
   * `npm run calibrate` writes it.
   */
  readonly calibration?:
    'measure' | 'guess' | CalibrationData | (MeasureOptions & { readonly skip?: AbortSignal });
  /** How deep documents are read, and how much is gathered: `read` by default; `skim` costs less, `study` more. */
  readonly preset?: PresetName;
  /** Overrides of the read settings that the model's calibration and window give. */
  readonly read?: Partial<ReadSettings>;
  /**
   * At the first load on an adapter kernel variants are timed and the choice is kept in storage; false uses the stored choice
   * or the defaults, `limitMs` bounds the time (15,000), `skip` ends it at once. What is left open is measured at the next load.
   * `known` is what an engine on such an adapter measured (`info().tuning`), for storage that is empty at every start: in memory.
   */
  readonly tune?: false | { readonly limitMs?: number; readonly skip?: AbortSignal; readonly known?: Tuning };
  /**
   * One engine for all tabs of the origin that ask for the same name (of the model's address and the database where it is `true`): the
   * first loads the model, the others ask through it, over Web Locks and a BroadcastChannel, and when it is closed another loads the model
   * and goes on. Nothing is lost but what was under way, which rejects with DeviceLostError: ask again. The options of the tab that loads
   * hold for all; loading is reported there alone. Needs IndexedDB storage, and a name where the model is a file.
   */
  readonly share?: boolean | string;
  /** IndexedDB database name; documents of one name are shared by all engines of the origin. Of no use in memory. */
  readonly database?: string;
}

/** Models that were fetched by URL and are kept in this browser's storage, whole or in part. */
export interface Models {
  list(): Promise<readonly StoredModel[]>;
  /**
   * Frees its space at once, that of all parts of a model in parts; nothing happens when there is none. An engine that has it loaded goes on, but has to load it again should
   * its device be lost. @throws DocumentInUseError while it is being loaded
   */
  delete(url: string | URL): Promise<void>;
}

export interface EngineInfo {
  /** Vendor, architecture and description of the adapter, as the browser tells them. */
  readonly adapter: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly weights: WeightKind;
  readonly contextLength: number;
  readonly gpuBytes: number;
  readonly gpuBytesPeak: number;
  /** Longest time that a submission took on the device since the engine was created. */
  readonly longestSubmissionMs: number;
  /** Which kernel variants were timed on this adapter, and what they took; `formatTuning` prints it. */
  readonly tuning: Tuning;
  readonly calibration: CalibrationInfo;
  /** Those that documents can be read in, the shallowest first: whose `fingerprint` a stored document has, it was read in. */
  readonly presets: readonly PresetInfo[];
}

/** A GPU device that went away. Nothing is to be done: the next call asks for another, and so does one that was interrupted. */
export interface DeviceLoss {
  readonly message: string;
  readonly details: ErrorDetails;
}

export interface Engine {
  readonly documents: Documents;
  readonly models: Models;
  /** The same questions in the shape of OpenAI's API. */
  readonly chat: Chat;
  ingest(source: DocumentSource, options?: IngestOptions): Promise<LongreadDocument>;
  /**
   * Resolves when the question can be asked of some document, with these options: before time goes into reading one.
   * @throws InvalidInputError (a setting out of range, no such strategy, an empty question) | LimitExceededError (question, answer and
   * `gatherSize` do not fit the model's window)
   */
  check(question: string, options?: AskOptions): Promise<void>;
  /**
   * Tokens of a text to this model, as of a document: special tokens in it are text, and nothing is counted that a chat template adds.
   * @throws InvalidInputError (no text) | AbortedError
   */
  countTokens(text: string, options?: Pick<CallOptions, 'signal'>): Promise<number>;
  info(): Promise<EngineInfo>;
  readonly plan: Plan;
  /**
   * Reads a sample and measures what sets of heads find of its questions' evidence, by late interaction; nothing is stored.
   *
   * @param options `sets` of heads, each as `L9.Q0`; by default every one that a preset could use, by itself.
   * @throws InvalidInputError (no such head, nothing to measure) | LimitExceededError (too long a sample for so many heads) | AbortedError |
   * OutOfMemoryError | DeviceLostError
   */
  measureHeads(
    sample: HeadSample,
    options?: CallOptions & { readonly sets?: readonly (readonly string[])[] },
  ): Promise<HeadMeasurement>;
  /** Calls back once for every device that is lost, until the result is called. */
  onDeviceLost(listener: (loss: DeviceLoss) => void): () => void;
  /**
   * Ends the engine: all that is under way is cancelled and rejects at once, and so does all that comes later, with ClosedError. What was
   * whole is stored. Resolves when everything is freed, after some seconds at most. Disposing twice is fine.
   */
  dispose(): Promise<void>;
}
