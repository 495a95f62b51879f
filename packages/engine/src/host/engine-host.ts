// What the engine asks of a host: its operations as plain calls, implemented in place (host.ts) and across a worker (remote.ts).
import type {
  DocumentManifest,
  LongreadError,
  PresetName,
  ReadSettings,
  Tuning,
  WeightKind,
} from '@longread/core';
import type { DocumentChange, StorageUsage } from '@longread/store';
import type { StoredModel } from '@longread/weights-cache';
import type {
  Answer,
  AskOptions,
  ContextUsage,
  DeviceLoss,
  DocumentPlan,
  DocumentSize,
  DocumentSource,
  EngineInfo,
  Found,
  HeadMeasurement,
  HeadSample,
  ImportSource,
  IngestOptions,
  ModelPlan,
  PlanOptions,
  Progress,
  StorageKind,
} from '../api.ts';
import type { CalibrationChoice } from './calibrate.ts';
import type { DocumentInfo, DocumentsInfo } from './open-documents.ts';

/** How a call reports and is cancelled; across a worker these become messages. */
export interface CallChannel {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onPiece?: ((text: string) => void) | undefined;
  readonly onFound?: ((found: Found) => void) | undefined;
  /** Ends the tuning of a load, which goes on without it. */
  readonly skipTuning?: AbortSignal | undefined;
  /** Ends the measuring of heads at a load, in the same way. */
  readonly skipCalibration?: AbortSignal | undefined;
}

/** Options without functions and signals: structured-cloneable. */
export interface HostOptions {
  readonly model: string | Blob | readonly Blob[];
  readonly hub?: string;
  readonly sha256?: string;
  readonly cache?: boolean;
  readonly tokenizerJson?: string;
  readonly weights?: WeightKind;
  readonly products?: 'exact' | 'int8';
  readonly read?: Partial<ReadSettings>;
  readonly calibration: CalibrationChoice;
  readonly preset?: PresetName;
  readonly tune: false | { readonly limitMs?: number; readonly known?: Tuning };
  readonly storage: StorageKind;
  readonly database: string;
}

/** What a caller says of a text, as it was given. */
export interface HostDescription {
  readonly outline: IngestOptions['outline'];
  readonly notes: IngestOptions['notes'];
}

export interface HostIngestOptions extends HostDescription {
  readonly title: string;
  readonly maxTokens: number;
  readonly reuse: boolean;
  /** The engine's own where there is none. */
  readonly preset?: PresetName | undefined;
  readonly toAsk?: IngestOptions['toAsk'];
}

/** Who else may answer is the page's matter: no key comes here. */
export type HostAskOptions = Omit<AskOptions, 'signal' | 'onProgress' | 'answerWith'>;

/** What a host tells without being asked. */
export type HostEvent =
  | { readonly deviceLost: DeviceLoss }
  | { readonly document: DocumentChange }
  /** Nothing can be asked of it any more. */
  | { readonly failed: LongreadError };

/** One engine's operations. Calls run one at a time, in the order they were made, as far as they need the device. */
export interface EngineHost {
  /** @param channel of a load that is waited for, where another tab has the engine */
  info(channel?: CallChannel): Promise<EngineInfo>;
  measureHeads(
    sample: HeadSample,
    sets: readonly (readonly string[])[] | undefined,
    channel: CallChannel,
  ): Promise<HeadMeasurement>;
  ingest(source: DocumentSource, options: HostIngestOptions, channel: CallChannel): Promise<DocumentInfo>;
  open(id: string, channel: CallChannel): Promise<DocumentInfo>;
  /** Opens documents as one to ask; all that are stored and were read as this engine reads where none are named. */
  openTogether(ids: readonly string[] | undefined, channel: CallChannel): Promise<DocumentsInfo>;
  append(
    handle: number,
    source: DocumentSource,
    description: HostDescription,
    channel: CallChannel,
  ): Promise<DocumentInfo>;
  /** What stands there is not gathered any more. */
  remove(handle: number, start: number, end: number, channel: CallChannel): Promise<DocumentInfo>;
  /** What stands there is gathered again. */
  restore(handle: number, start: number, end: number, channel: CallChannel): Promise<DocumentInfo>;
  /** @param handle undefined: of the model alone. */
  ask(
    handle: number | undefined,
    question: string,
    options: HostAskOptions,
    channel: CallChannel,
  ): Promise<Answer>;
  /** Characters `start` to `end` of a document's source: of several as one, of that with the id. */
  text(handle: number, start: number, end: number | undefined, id?: string): Promise<string>;
  /** Throws what `ask` would throw whatever the document. */
  check(question: string, options: HostAskOptions): Promise<void>;
  contextUsage(handle: number, question: string, options: HostAskOptions): Promise<ContextUsage>;
  countTokens(text: string, channel: CallChannel): Promise<number>;
  planModel(
    model: HostOptions['model'],
    options: Omit<PlanOptions, 'signal'>,
    channel: CallChannel,
  ): Promise<ModelPlan>;
  planDocument(size: DocumentSize): Promise<DocumentPlan>;
  /** Closes a document, after the calls made before; one that is closed already stays so. */
  close(handle: number): Promise<void>;
  list(): Promise<readonly DocumentManifest[]>;
  rename(id: string, title: string): Promise<DocumentManifest>;
  delete(id: string): Promise<void>;
  listModels(): Promise<readonly StoredModel[]>;
  deleteModel(url: string): Promise<void>;
  usage(): Promise<StorageUsage>;
  evict(bytes: number): Promise<readonly DocumentManifest[]>;
  exportDocument(id: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  importDocument(source: ImportSource, channel: CallChannel): Promise<DocumentManifest>;
  /** Frees everything. What is under way is to be cancelled before; it may fail in any way after. */
  dispose(): Promise<void>;
}
