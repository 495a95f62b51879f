// Several files, or those of a folder, as one document: each begins with its name as a place. What is no text is left out and told.
import { labelOf, type Place } from '@longread/core';
import { checkLimit, createPauses, limits } from '../limits.ts';
import type { FileText, GivenFile, ReadOptions } from '../types.ts';

const separator = '\n\n';

/**
 * @param read reads one file, of any kind.
 * @throws LimitExceededError | AbortedError | InvalidInputError when none of them can be read
 */
export async function readSeveral(
  given: readonly GivenFile[],
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
  for (const [i, file] of files.entries()) {
    await pause();
    options.onProgress?.({ done: i, total: files.length, unit: 'files' });
    try {
      const one = await read(file, { signal: options.signal });
      if (one.text.trim() === '') continue;
      const start = length + (length > 0 ? separator.length : 0);
      parts.push(one.text);
      length = start + one.text.length;
      checkLimit(
        'The files hold too much text, in characters',
        length,
        limits.textChars,
        'Choose fewer of them.',
      );
      outline.push({ start, kind: 'file', label: labelOf(file.name) });
      outline.push(...one.outline.map((place) => ({ ...place, start: start + place.start })));
      notes.push(...one.notes.map((note) => `${file.name}: ${note}`));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'InvalidInput')) throw error;
      leftOut.push({ name: file.name, error });
    }
  }
  const [first] = leftOut;
  if (length === 0 && first) throw first.error;
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

/** As people count: 2 before 10, folders in their order. */
function sorted(files: readonly GivenFile[]): readonly GivenFile[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return files.toSorted((a, b) => compare(a.name, b.name));
}
