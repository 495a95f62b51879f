// What a file may be and hold. A file that says otherwise, or that turns out otherwise while it is read, is refused with the measured value.
import { LimitExceededError, throwIfAborted } from '@longread/core';

export const limits = {
  /** Bytes of a file, and of several together. */
  fileBytes: 512 * 2 ** 20,
  /** UTF-16 code units of text that one document may have. */
  textChars: 256 * 2 ** 20,
  /** Entries of an archive. */
  archiveEntries: 20_000,
  /** Bytes that one entry, and all that are read of an archive, unpack to. */
  entryBytes: 128 * 2 ** 20,
  archiveBytes: 512 * 2 ** 20,
  /** What an entry unpacks to, as a multiple of what it takes packed; text hardly reaches 20. */
  packingRatio: 200,
  /** Below so many bytes a ratio means nothing: a page of spaces packs better than any. */
  ratioFromBytes: 4 * 2 ** 20,
  pdfPages: 8000,
  /** Pieces of text on a page. */
  pdfPageItems: 200_000,
  /** Files of a document. */
  files: 2000,
  /** Folders in each other, and files and folders in all of them together, hidden ones too. */
  folderDepth: 32,
  folderEntries: 50_000,
  /** Notes about a document. */
  notes: 32,
} as const;

/** @throws LimitExceededError with the value and the limit, when it is above */
export function checkLimit(what: string, value: number, limit: number, remedy: string): void {
  if (value <= limit) return;
  const number = (count: number): string => count.toLocaleString('en-US');
  throw new LimitExceededError(`${what}: ${number(value)}; the limit is ${number(limit)}. ${remedy}`, {
    value,
    limit,
  });
}

/** @throws LimitExceededError for a file that is too large to be read, before any of it is */
export function checkFileSize(name: string, sizeBytes: number): void {
  checkLimit(
    `${name} is too large to be read, in bytes`,
    sizeBytes,
    limits.fileBytes,
    'Split it, or save the part that you ask about as a file of its own.',
  );
}

/** Longest stretch of work without a pause. */
const maxBusyMs = 40;

/** @returns to be awaited between steps; pauses when it is time, so that a page stays alive. @throws AbortedError */
export function createPauses(signal: AbortSignal | undefined): () => Promise<void> {
  let busySince = performance.now();
  return async () => {
    if (performance.now() - busySince > maxBusyMs) {
      await new Promise((resolve) => setTimeout(resolve));
      busySince = performance.now();
    }
    throwIfAborted(signal, 'opening a file');
  };
}
