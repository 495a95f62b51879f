// What a look at a file is that is about to be downloaded.

/** A file whose beginning can be read; the rest is not there yet. */
export interface LookedAt {
  readonly size: number;
  readonly read: (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Throws what is wrong with the file, or with several, which are also given one behind the other. */
export type Look = (file: LookedAt, each: readonly LookedAt[]) => Promise<void>;
