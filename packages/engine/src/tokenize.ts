// Stage 2, tokenize: any source becomes token ids with their ends in the source, and a hash that tells sources apart.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { InvalidInputError, throwIfAborted } from '@longread/core';
import { encodeStream, type Tokenizer } from '@longread/formats';
import type { CallOptions, DocumentSource } from './api.ts';

export interface TokenizedSource {
  readonly ids: Uint32Array<ArrayBuffer>;
  /** End of each token in UTF-16 code units of the source. */
  readonly charEnds: Uint32Array<ArrayBuffer>;
  /** SHA-256 of the whole source's text as UTF-8, hex, whatever `maxTokens` is. */
  readonly sourceHash: string;
}

export interface TokenizeOptions extends CallOptions {
  /** 0 is no limit. */
  readonly maxTokens: number;
}

const pieceChars = 65_536;

/** Longest stretch of work after which messages, a cancel among them, get their turn. */
const maxBusyMs = 50;

/**
 * Reads and tokenizes a source. Special tokens in it stay text.
 * @throws InvalidInputError for an empty source, one that is not UTF-8, or one with NUL characters | AbortedError
 */
export async function tokenize(
  tokenizer: Tokenizer,
  source: DocumentSource,
  { maxTokens, signal, onProgress }: TokenizeOptions,
): Promise<TokenizedSource> {
  const hash = sha256.create();
  const encoder = new TextEncoder();
  const seen = { text: false, enough: false };
  let busySince = performance.now();
  const breathe = async () => {
    if (performance.now() - busySince > maxBusyMs) {
      await new Promise((resolve) => setTimeout(resolve));
      busySince = performance.now();
    }
    throwIfAborted(signal, 'tokenize');
  };
  async function* hashed(): AsyncGenerator<string> {
    for await (const piece of textOf(source)) {
      await breathe();
      refuseBinary(piece);
      hash.update(encoder.encode(piece));
      seen.text ||= piece.trim() !== '';
      if (!seen.enough) yield piece;
    }
  }
  const pieces = hashed();
  const ids = new Uint32List();
  const charEnds = new Uint32List();
  for await (const spans of encodeStream(
    tokenizer,
    untilDone(pieces, () => seen.enough),
  )) {
    ids.push(spans.ids);
    charEnds.push(spans.charEnds);
    onProgress?.({ phase: 'tokenize', done: ids.length, total: 0, unit: 'tokens' });
    seen.enough = maxTokens > 0 && ids.length >= maxTokens;
    await breathe();
  }
  for (let rest = await pieces.next(); rest.done !== true;) rest = await pieces.next(); // the rest counts for the hash
  if (!seen.text || ids.length === 0) {
    throw new InvalidInputError('The document is empty: it holds no text. Choose one with text in it.');
  }
  const length = maxTokens > 0 ? Math.min(ids.length, maxTokens) : ids.length;
  return {
    ids: ids.slice(length),
    charEnds: charEnds.slice(length),
    sourceHash: bytesToHex(hash.digest()),
  };
}

/** Passes text on until `done`, without ending the iterator behind it. */
async function* untilDone(pieces: AsyncGenerator<string>, done: () => boolean): AsyncGenerator<string> {
  while (!done()) {
    const next = await pieces.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* textOf(source: DocumentSource): AsyncGenerator<string> {
  if (typeof source === 'string') {
    yield* piecesOf(source);
  } else if (source instanceof Blob) {
    yield* decoded(chunksOf(source.stream()));
  } else if (source instanceof ReadableStream) {
    yield* decoded(chunksOf(source));
  } else {
    for await (const text of source) yield* piecesOf(text);
  }
}

function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + pieceChars, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1; // never inside a surrogate pair
    yield text.slice(start, end);
    start = end;
  }
}

async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.releaseLock();
  }
}

async function* decoded(chunks: AsyncIterable<string | Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const decode = (chunk?: Uint8Array<ArrayBuffer>): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new InvalidInputError(
        `The document is not text: it stops being UTF-8 after ${bytes} bytes or more. ` +
          'Save it as a plain text file in UTF-8 first.',
        { offset: bytes },
        { cause },
      );
    }
  };
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      yield* piecesOf(chunk);
      continue;
    }
    yield* piecesOf(decode(chunk));
    bytes += chunk.byteLength;
  }
  yield* piecesOf(decode());
}

function refuseBinary(piece: string): void {
  const at = piece.indexOf('\0');
  if (at < 0) return;
  throw new InvalidInputError(
    'The document is not text: it holds NUL characters, as binary files do. Save it as plain text first.',
    { offset: at },
  );
}

/** A growing Uint32Array. */
class Uint32List {
  #values = new Uint32Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(values: Uint32Array): void {
    const needed = this.#length + values.length;
    if (needed > this.#values.length) {
      const larger = new Uint32Array(Math.max(needed, 2 * this.#values.length));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    this.#values.set(values, this.#length);
    this.#length = needed;
  }

  slice(length: number): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, length);
  }
}
