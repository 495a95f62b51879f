// A file of text: it stays what it is, and its headings are found. Decoding it here is for those alone; the engine does it again.
import { describeNote, InvalidInputError, throwIfAborted, type Place, type SourceNote } from '@longread/core';
import { createPauses } from '../limits.ts';
import type { FileText, GivenFile, ReadOptions } from '../types.ts';
import { decodeBytes } from './decode-bytes.ts';
import { createHeadingFinder } from './headings.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Where its headings are, in characters of what the engine decodes.
 * @throws InvalidInputError for bytes that are no text | AbortedError
 */
export async function outlineOfText(
  { blob, name }: GivenFile,
  options: ReadOptions,
): Promise<readonly Place[]> {
  const isMarkdown = /\.(?:md|markdown)$/i.test(name) || blob.type === 'text/markdown';
  const finder = createHeadingFinder(isMarkdown);
  for await (const piece of decoded(blob, options)) finder.push(piece);
  return finder.end();
}

/** A text that becomes a part of another. @throws InvalidInputError for bytes that are no text */
export async function readText(file: GivenFile, options: ReadOptions): Promise<FileText> {
  const { text, notes } = await decodeWhole(new Uint8Array(await file.blob.arrayBuffer()));
  refuseBinary(text, file.name);
  const marks = text.startsWith('\ufeff') ? 1 : 0;
  const outline = await outlineOfText(file, options);
  return {
    title: '',
    text: text.slice(marks),
    notes: notes.map(describeNote),
    outline: outline.map((place) => ({ ...place, start: place.start - marks })),
  };
}

/** Of a file that nobody looks at by itself: bytes that happen to decode are no text. */
function refuseBinary(text: string, name: string): void {
  const controls = text.match(/[\0-\x08\x0e-\x1a\x1c-\x1f]/g)?.length ?? 0;
  if (controls > 8 && 100 * controls > text.length)
    throw new InvalidInputError(
      `${name} is not text: ${controls} of its ${text.length} characters are control characters.`,
    );
}

/** The text of a file, piece by piece, as the engine decodes it. */
async function* decoded(blob: Blob, { signal, onProgress }: ReadOptions): AsyncGenerator<string, void> {
  const pause = createPauses(signal);
  let done = 0;
  async function* bytes(): AsyncGenerator<Bytes, void> {
    const reader = blob.stream().getReader();
    try {
      for (;;) {
        throwIfAborted(signal, 'opening a file');
        const { done: isAtEnd, value } = await reader.read();
        if (isAtEnd) return;
        done += value.length;
        onProgress?.({ done, total: blob.size, unit: 'bytes' });
        yield value;
      }
    } finally {
      await reader.cancel();
    }
  }
  const { pieces } = await decodeBytes(bytes());
  for await (const piece of pieces) {
    await pause();
    yield piece;
  }
}

/** The text of bytes that are all there, as the engine decodes them. @throws InvalidInputError for bytes that are no text */
export async function decodeWhole(
  bytes: Bytes,
): Promise<{ readonly text: string; readonly notes: readonly SourceNote[] }> {
  async function* all(): AsyncGenerator<Bytes, void> {
    yield await Promise.resolve(bytes);
  }
  const decoding = await decodeBytes(all());
  let text = '';
  for await (const piece of decoding.pieces) text += piece;
  return { text, notes: decoding.notes };
}
