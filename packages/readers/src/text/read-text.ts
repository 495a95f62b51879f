// A file of text: it stays what it is, and its headings are found. Decoding it here is for those alone; the engine does it again.
import { throwIfAborted, type Place, type SourceNote } from '@longread/core';
import { createPauses } from '../limits.ts';
import type { GivenFile, ReadOptions } from '../types.ts';
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
