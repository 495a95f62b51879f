// What the page and its worker say to each other, on the worker's one port: all of it arrives in the order it was sent, a call's
// reports before its result.
import type { ErrorData } from '@longread/core';
import type { Found, Progress } from '../api.ts';
import type { HostEvent } from './engine-host.ts';

/** An exported file as it travels: a stream stays in the page and gives its chunks through a port. */
export type SentImport = Blob | { readonly bytes: MessagePort };

/** A document's source as it travels. */
export type SentDocument = SentImport | string | { readonly texts: MessagePort };

/** What of a call can be ended while it goes on. */
export type SkipName = 'skipTuning' | 'skipCalibration';

export type ToWorker =
  /** `method` is a key of WorkerMethods, whose signature tells the arguments after the channel. */
  | { readonly call: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly abort: number }
  | { readonly skip: number; readonly what: SkipName };

export type FromWorker =
  | { readonly call: number; readonly progress: Progress }
  | { readonly call: number; readonly piece: string }
  | { readonly call: number; readonly found: Found }
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: ErrorData }
  | { readonly event: HostEvent };
