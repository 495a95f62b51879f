// A source that is read twice: once to know what it is, once to make a document of it. Strings and Blobs give themselves again; what a
// stream or an iterable gave is kept meanwhile in Blobs, which a browser holds outside of the script's heap and, where they are many, on disk.
import type { DocumentSource } from '../api.ts';
import { chunksOf, type SourceChunk } from './open-source.ts';

export interface Replay {
  /** To be read first, to its end. */
  readonly source: DocumentSource;
  /** The same from its start, once it was read; as often as it is wanted. */
  readonly again: () => DocumentSource;
}

/** Bytes that go into one Blob: held in the heap until they are so many, and again while they are given. */
const partBytes = 1024 * 1024;

/** @param signal cancels the first reading, also while the source has stalled. */
export function replayable(source: DocumentSource, signal?: AbortSignal): Replay {
  if (typeof source === 'string' || source instanceof Blob) return { source, again: () => source };
  const parts: Part[] = [];
  const keep = createKeeper(parts);
  async function* kept(): AsyncGenerator<SourceChunk, void> {
    for await (const given of chunksOf(source, signal)) {
      // Copied: what gave the bytes may use its buffer again.
      const chunk = typeof given === 'string' ? given : given.slice();
      keep.add(chunk);
      yield chunk;
    }
    keep.end();
  }
  async function* again(): AsyncGenerator<SourceChunk, void> {
    for (const { blob, isText } of parts) {
      const bytes = await blob.arrayBuffer();
      yield isText ? textOf(new Uint16Array(bytes)) : new Uint8Array(bytes);
    }
  }
  // Both kinds of chunks, or of one: which, the reader of either checks.
  return { source: kept() as AsyncIterable<string>, again: () => again() as AsyncIterable<string> };
}

/** Of bytes as they came, or of text as UTF-16 code units: lone surrogates are in it too. */
interface Part {
  readonly blob: Blob;
  readonly isText: boolean;
}

function createKeeper(parts: Part[]) {
  let waiting: (Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>)[] = [];
  let numBytes = 0;
  let isText = false;
  const end = () => {
    if (numBytes > 0) parts.push({ blob: new Blob(waiting), isText });
    waiting = [];
    numBytes = 0;
  };
  return {
    add: (chunk: SourceChunk) => {
      const isOther = isText !== (typeof chunk === 'string');
      if (isOther) end();
      isText = typeof chunk === 'string';
      const units = typeof chunk === 'string' ? unitsOf(chunk) : chunk;
      waiting.push(units);
      numBytes += units.byteLength;
      if (numBytes >= partBytes) end();
    },
    end,
  };
}

function unitsOf(text: string): Uint16Array<ArrayBuffer> {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

const unitsAtOnce = 8192; // more arguments overflow the stack

function textOf(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += unitsAtOnce)
    text += String.fromCharCode(...units.subarray(at, at + unitsAtOnce));
  return text;
}
