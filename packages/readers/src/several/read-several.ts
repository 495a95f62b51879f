// Several files, or those of a folder, as one document: each begins with its name as a place. What is no text is left out and told.
import { InvalidInputError, labelOf, type Place } from '@longread/core';
import { checkFileSize, checkLimit, createPauses, limits } from '../limits.ts';
import type { FileText, Folder, GivenFile, NamedFile, ReadOptions } from '../types.ts';
import { checkCount, filesIn, hiddenNote, isHiddenName, sorted } from './walk.ts';

const separator = '\n\n';

/** Files and those of folders, as one list, and what of the folders is left out. @throws LimitExceededError | AbortedError */
export async function filesOf(
  given: readonly (GivenFile | Folder)[],
  signal?: AbortSignal,
): Promise<{ readonly files: readonly NamedFile[]; readonly notes: readonly string[] }> {
  const files: NamedFile[] = [];
  const notes = new Set<string>();
  for (const one of given) {
    if ('entries' in one) {
      const inside = await filesIn(one, signal);
      files.push(...inside.files);
      inside.notes.forEach((note) => notes.add(note));
    } else if (one.name.split('/').slice(1).some(isHiddenName)) notes.add(hiddenNote);
    else files.push({ name: one.name, open: () => Promise.resolve(one.blob) });
  }
  checkCount('What was chosen', files.length);
  if (files.length > 0) return { files, notes: [...notes] };
  const name = given.map((one) => one.name).join(', ');
  throw new InvalidInputError(
    `${name} has no files in it${notes.size > 0 ? ' that are not hidden' : ''}. Choose a folder with text files in it.`,
  );
}

/**
 * @param read reads one file, of any kind.
 * @throws LimitExceededError | AbortedError | InvalidInputError when none of them can be read
 */
export async function readSeveral(
  given: readonly NamedFile[],
  options: ReadOptions,
  read: (file: GivenFile, options: ReadOptions) => Promise<FileText>,
): Promise<FileText> {
  const pause = createPauses(options.signal);
  const files = options.order === 'given' ? given : sorted(given);
  const parts: string[] = [];
  const outline: Place[] = [];
  const notes: string[] = [];
  const leftOut: { readonly name: string; readonly error: Error }[] = [];
  let length = 0;
  let sizeBytes = 0;
  const add = (name: string, { text, outline: places, notes: said }: FileText): void => {
    const start = length + (length > 0 ? separator.length : 0);
    parts.push(text);
    length = start + text.length;
    outline.push({ start, kind: 'file', label: labelOf(name) });
    outline.push(...places.map((place) => ({ ...place, start: start + place.start })));
    notes.push(...said.map((note) => `${name}: ${note}`));
  };
  for (const [i, file] of files.entries()) {
    await pause();
    options.onProgress?.({ done: i, total: files.length, unit: 'files' });
    try {
      const blob = await file.open();
      checkFileSize(file.name, blob.size);
      const one = await read({ name: file.name, blob }, { signal: options.signal });
      if (one.text.trim() === '') continue;
      add(file.name, one);
      sizeBytes += blob.size;
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      leftOut.push({ name: file.name, error });
    }
    checkFileSize('What was chosen', sizeBytes);
    checkLimit(
      'The files hold too much text, in characters',
      length,
      limits.textChars,
      'Choose fewer of them.',
    );
  }
  const [first] = leftOut;
  if (length === 0 && first) throw noneOf(leftOut.length, first.error);
  const named = leftOut.slice(0, 5).map(({ name }) => name);
  const more = leftOut.length > named.length ? ` and ${leftOut.length - named.length} more` : '';
  const told = `${leftOut.length} of ${files.length} files cannot be read as text and were left out: ${named.join(', ')}${more}.`;
  return {
    title: '',
    text: parts.join(separator),
    notes: leftOut.length === 0 ? notes : [told, ...notes],
    outline,
  };
}

/** What is wrong with one file, and leaves the others as they are: its kind, its size, or that it is gone or not to be read. */
function isOfOneFile(error: unknown): error is Error {
  if (error instanceof DOMException)
    return /^(?:NotReadable|NotFound|Security|NotAllowed)Error$/.test(error.name);
  return (
    error instanceof Error && 'code' in error && /^(?:InvalidInput|LimitExceeded)$/.test(String(error.code))
  );
}

function noneOf(count: number, first: Error): Error {
  if (count === 1) return first;
  return new InvalidInputError(
    `None of ${count.toLocaleString('en-US')} files can be read as text. The first: ${first.message}`,
    {},
    { cause: first },
  );
}
