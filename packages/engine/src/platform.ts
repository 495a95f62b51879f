// What a browser offers and Node may lack. All that asks for it, beside the store's drivers for browsers, asks here.
import { InvalidInputError } from '@longread/core';
import type { EngineOptions, StorageKind } from './api.ts';

/** The globals that may be missing, whatever the types say. */
const here: {
  readonly navigator?: {
    readonly gpu?: GPU;
    readonly locks?: unknown;
    readonly storage?: {
      readonly persisted: () => Promise<boolean>;
      readonly persist?: () => Promise<boolean>;
    };
  };
  readonly location?: { readonly href: string };
  readonly indexedDB?: unknown;
  readonly Worker?: unknown;
  readonly trustedTypes?: TrustedTypes;
} = globalThis;

/** As far as a worker's start needs it. */
interface TrustedTypes {
  readonly defaultPolicy: unknown;
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

const storageKinds: readonly StorageKind[] = ['indexeddb', 'memory'];

type PlaceOptions = { readonly [K in 'worker' | 'gpu' | 'storage']: EngineOptions[K] | undefined };

/** Where an engine runs and keeps what it reads. */
export interface Place {
  readonly worker: boolean;
  readonly storage: StorageKind;
}

/**
 * The place that was asked for, or what there is: a worker and IndexedDB in a browser, this thread and memory in Node.
 * @throws InvalidInputError for what there is not
 */
export function placeOf({ worker, gpu, storage }: PlaceOptions): Place {
  const hasWorkers = here.Worker !== undefined;
  if (worker === true && gpu !== undefined) {
    throw new InvalidInputError(
      'A worker has a WebGPU of its own and cannot be given one. Leave `gpu` out, or create the engine with `worker: false`.',
      { setting: 'worker', value: worker },
    );
  }
  if (worker === true && !hasWorkers) {
    throw new InvalidInputError('There are no web workers here. Create the engine with `worker: false`.', {
      setting: 'worker',
      value: worker,
    });
  }
  return { worker: worker ?? (hasWorkers && gpu === undefined), storage: storageFor(storage) };
}

function storageFor(wanted: StorageKind | undefined): StorageKind {
  const hasIndexedDb = here.indexedDB !== undefined && here.navigator?.locks !== undefined;
  if (wanted === undefined) return hasIndexedDb ? 'indexeddb' : 'memory';
  if (!storageKinds.includes(wanted)) {
    // Callers may come from untyped code, where anything arrives here.
    const given: unknown = wanted;
    const value = String(given);
    throw new InvalidInputError(`There is no storage '${value}'. Use one of ${storageKinds.join(', ')}.`, {
      setting: 'storage',
      value,
    });
  }
  if (wanted === 'indexeddb' && !hasIndexedDb) {
    throw new InvalidInputError(
      "There is no IndexedDB with Web Locks here. Create the engine with `storage: 'memory'`, and export what is to be kept.",
      { setting: 'storage', value: wanted },
    );
  }
  return wanted;
}

/** What makes addresses of scripts trusted ones, where there is such a thing. */
export const { trustedTypes } = here;

/** This thread's WebGPU. */
export function gpuHere(): GPU | undefined {
  return here.navigator?.gpu;
}

/** What a page's addresses are relative to. */
export function baseUrl(): string | undefined {
  return here.location?.href;
}

/** A URL that means the same everywhere: a worker has another base address. @throws InvalidInputError for what is none */
export function absoluteUrl(url: string | URL): string {
  const base = baseUrl();
  if (URL.canParse(url, base)) return new URL(url, base).href;
  throw new InvalidInputError(
    `'${String(url)}' is no address of a file. Give ${base === undefined ? 'a whole https: URL' : 'a URL'}, or the file itself as a Blob.`,
    { url: String(url) },
  );
}

/** Asks the browser not to clear stored documents on its own. Only a page may ask; a worker's navigator lacks the method. */
export function askToPersist(): void {
  void here.navigator?.storage?.persist?.().catch(() => false); // a browser that refuses keeps documents as long as it likes
}
