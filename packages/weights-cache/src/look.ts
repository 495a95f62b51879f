// What a look at a file is that is about to be downloaded.

/** A file whose beginning can be read; the rest is not there yet. */
export interface LookedAt {
  readonly size: number;
  readonly read: (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Throws what is wrong with the file. */
export type Look = (file: LookedAt) => Promise<void>;
