// Which files a folder holds, wherever it is: walked to its end or to its bounds, in an order that is the same everywhere. Nothing is opened.
import { InvalidInputError, throwIfAborted } from '@longread/core';
import { checkLimit, limits } from '../limits.ts';
import type { Folder, NamedFile } from '../types.ts';

interface Walked {
  /** By their paths, which begin with the folder's name. What cannot be looked into is a file that cannot be opened. */
  readonly files: readonly NamedFile[];
  /** What of the folder is left out, as sentences. */
  readonly notes: readonly string[];
}

/** @throws LimitExceededError (too many files) | AbortedError */
export async function filesIn(folder: Folder, signal?: AbortSignal): Promise<Walked> {
  const files: NamedFile[] = [];
  let numSeen = 0;
  const notes = new Set<string>();
  const walk = async ({ entries }: Folder, path: string, depth: number): Promise<void> => {
    throwIfAborted(signal, 'opening a folder');
    const inside = await entries().catch((error: unknown) => {
      files.push({ name: path, open: () => Promise.reject(unreadableFolder(path, error)) });
      return [];
    });
    numSeen += inside.length;
    checkSeen(folder, numSeen);
    for (const entry of inside) {
      const name = `${path}/${entry.name}`;
      if (isHiddenName(entry.name)) notes.add(hiddenNote);
      else if (!('entries' in entry)) files.push({ name, open: entry.open });
      else if (depth >= limits.folderDepth) notes.add(deepNote);
      else await walk(entry, name, depth + 1);
      checkCount(folder.name, files.length);
    }
  };
  await walk(folder, folder.name, 1);
  return { files: sorted(files), notes: [...notes] };
}

/** @throws LimitExceededError for more files than a document may be made of */
export function checkCount(what: string, count: number): void {
  checkLimit(
    `${what} has too many files`,
    count,
    limits.files,
    'Choose a folder in it, or the files that you ask about.',
  );
}

function checkSeen({ name }: Folder, count: number): void {
  checkLimit(`${name} has too many entries`, count, limits.folderEntries, 'Choose a folder in it.');
}

export const hiddenNote = 'Hidden files and folders were left out.';
const deepNote = `Folders more than ${limits.folderDepth} deep were left out.`;

/** Of a file or folder that people do not know of: what systems and tools leave beside their own files. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || /^(?:__MACOSX|Thumbs\.db|desktop\.ini|~\$.*)$/i.test(name);
}

/** As people count: 2 before 10, folders in their order. */
export function sorted<T extends { readonly name: string }>(files: readonly T[]): readonly T[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return files.toSorted((a, b) => compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

function unreadableFolder(path: string, error: unknown): Error {
  if (error instanceof InvalidInputError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new InvalidInputError(`The folder ${path} cannot be read: ${reason}`, { path }, { cause: error });
}
