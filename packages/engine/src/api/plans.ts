// What a model or a document would take, said before anything of it is fetched or read.
import type { PresetName, ReadSettings, WeightKind } from '@longread/core';
import type { ModelSource } from './calls.ts';

/** A document that is not here yet. Of a text file in a Latin script bytes are about its characters. */
export type DocumentSize = (
  { readonly tokens: number } | { /** UTF-16 code units */ readonly characters: number }
) & {
  /** In which it is to be read: the engine's own by default. */
  readonly preset?: PresetName;
};

export interface PlanOptions {
  readonly signal?: AbortSignal;
  /** As the engine would be made with. */
  readonly hub?: string;
  readonly weights?: WeightKind;
  readonly preset?: PresetName;
  readonly read?: Partial<ReadSettings>;
}

export interface PlanModelOptions extends PlanOptions {
  /** The WebGPU to use in place of `navigator.gpu`, as in Node. */
  readonly gpu?: GPU;
  /** Whether kept models are looked at (default true, where there are any): those need not be fetched. */
  readonly cache?: boolean;
}

interface Fit {
  readonly fits: boolean;
  /** Why it does not fit, and what to do, as the load or the reading would say it; absent where it fits. */
  readonly reason?: string;
}

export interface ModelPlan extends Fit {
  readonly kind: 'model';
  /** As the model's file has it. */
  readonly name: string;
  readonly contextLength: number;
  /** Of all its files. */
  readonly fileBytes: number;
  /** What a load would fetch: nothing of files, or of a model that is kept in this browser. */
  readonly fetchBytes: number;
  /** GPU memory: weights, activations, one document that is read, a question by default. */
  readonly gpuBytes: number;
  /** At the rate at which this engine has fetched; undefined where it has fetched nothing, or there is none. */
  readonly fetchSeconds?: number | undefined;
}

export interface DocumentPlan extends Fit {
  readonly kind: 'document';
  /** Estimated of characters: by the documents that are stored here, or four a token. */
  readonly tokens: number;
  /** GPU memory that it takes while it is read and open, whatever its length. */
  readonly gpuBytes: number;
  /** What storage holds of it, its text included. */
  readonly storageBytes: number;
  /** At the rate at which this engine has read, by the layers that are run; undefined where it has read nothing yet. */
  readonly readSeconds?: number | undefined;
}

/** A recommended model, and what the plan says of it here. */
export interface Recommendation extends Fit {
  readonly name: string;
  /** What to load, as `createEngine` takes it: a name on a hub. */
  readonly model: string;
  readonly parameters: number;
  readonly licence: string;
  /** In a few words. */
  readonly goodAt: string;
  /** Whether somebody here has run it; else what is said of it is stated by its authors. */
  readonly isMeasured: boolean;
  /** Tokens; fewer than its authors state where it is not run beyond. */
  readonly contextLength: number;
  /** Of its file; undefined where that is unknown. */
  readonly fileBytes: number | undefined;
  /** GPU memory: weights, activations, one document that is read, a question by default. */
  readonly gpuBytes: number;
  /** At most, by what tuning has measured on this device; undefined before. */
  readonly readTokensPerSecond?: number | undefined;
}

export interface Recommendations {
  /** Day of the facts, as 2026-11-27. */
  readonly date: string;
  /**
   * GPU memory that this device gave when it was asked for as much as the largest of them needs, or at least that; undefined where it was
   * not asked: without a device, or where it computes on the processor, whose memory is not its own.
   */
  readonly gpuBytes: number | undefined;
  /** Those that fit first, and of them the one to take. */
  readonly models: readonly Recommendation[];
}

/** Says what a model would take, or a document. */
export interface Plan {
  /**
   * Reads the header of a model, and nothing else of its weights: by a request for the first MiB where it is named by URL, and by the list
   * of its files where it is named by its repository; of a folder in safetensors its configuration and tokenizer too. It is held to the
   * limits of the engine's device; whether so much memory is free is known at the load.
   * @throws NetworkError | ModelFormatError | InvalidInputError | AbortedError
   */
  (model: ModelSource, options?: PlanOptions): Promise<ModelPlan>;
  /** Of a document, for this engine's model and storage; fetches nothing. @throws InvalidInputError (no such size) */
  (document: DocumentSize): Promise<DocumentPlan>;
}
