// A source as text, piece by piece, with the hash that tells it from every other source.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { InvalidInputError, type SourceNote } from '@longread/core';
import { decodeBytes, markupOf, refuseFileKind, type Decoding } from '@longread/readers/text';
import type { DocumentSource } from '../api.ts';
import { chunksOf, type SourceChunk } from './open-source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface SourceText {
  /** Text in pieces of at most 65,536 UTF-16 code units, none of which parts a surrogate pair. */
  readonly pieces: AsyncGenerator<string, void>;
  /** Closes the source, if it was begun. */
  close(): Promise<void>;
  /** Of all pieces; once they have come to their end. */
  readonly textHash: string;
  /** As `textHash`, but for what the model cannot see. */
  readonly notes: readonly SourceNote[];
}

const pieceChars = 65_536;
/** Characters in which markup shows. */
const headChars = 4096;
/** Control characters in a piece, in percent, above which it is no text; that few in a short one prove nothing. */
const maxControlPercent = 1;
const minControls = 8;

/** @throws InvalidInputError for what is no text (see docs/method.md, Sources); from the pieces, what the source throws too */
export function readSource(source: DocumentSource, signal?: AbortSignal): SourceText {
  const hash = sha256.create();
  let isWellFormed = true;
  let decoding: Decoding | undefined;
  let markup: SourceNote | undefined;

  async function* decoded(chunks: AsyncGenerator<SourceChunk, void>): AsyncGenerator<string, void> {
    const first = await chunks.next();
    if (first.done === true) return;
    if (typeof first.value === 'string') {
      yield first.value;
      for await (const chunk of chunks) yield ofKind(chunk, 'string');
      return;
    }
    async function* bytes(head: Bytes): AsyncGenerator<Bytes, void> {
      hash.update(head);
      yield head;
      for await (const chunk of chunks) {
        const next = ofKind(chunk, 'bytes');
        hash.update(next);
        yield next;
      }
    }
    decoding = await decodeBytes(bytes(first.value));
    yield* decoding.pieces;
  }

  async function* read(): AsyncGenerator<string, void> {
    const chunks = chunksOf(source, signal);
    let offset = 0;
    let head = '';
    try {
      for await (const piece of cutPieces(decoded(chunks))) {
        if (head.length < headChars) {
          head += piece;
          refuseFileKind(head.slice(0, 512)); // a file's bytes that came as text
          const kind = markupOf(head.slice(0, headChars));
          markup = kind && { kind, count: 0, first: 0 };
        }
        refuseBinary(piece, offset);
        if (decoding === undefined) {
          isWellFormed &&= piece.isWellFormed();
          hash.update(generalisedUtf8(piece));
        }
        offset += piece.length;
        yield piece;
      }
    } finally {
      await chunks.return();
    }
  }

  const pieces = read();
  return {
    pieces,
    close: async () => {
      await pieces.return();
    },
    get textHash() {
      const digest = bytesToHex(hash.clone().digest());
      const form = decoding ? formOf(decoding) : isWellFormed ? 'utf-8' : 'lone surrogates';
      return form === 'utf-8' ? digest : bytesToHex(sha256(encoder.encode(`${digest} ${form}`)));
    },
    get notes() {
      return [...(decoding?.notes ?? []), ...(markup ? [markup] : [])];
    },
  };
}

/** How bytes became text: the same bytes may mean another text in another encoding. UTF-8 is hashed alike as bytes and as a string. */
function formOf({ encoding, notes }: Decoding): string {
  return encoding === 'utf-8' && notes.length > 0 ? 'windows-1252' : encoding;
}

/** Joins what was parted inside a surrogate pair and cuts what is long. */
async function* cutPieces(texts: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  let high = '';
  for await (const given of texts) {
    const text = high + given;
    high = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
    const end = text.length - high.length;
    for (let start = 0; start < end;) {
      let to = Math.min(start + pieceChars, end);
      if (to < end && isHighSurrogate(text.charCodeAt(to - 1))) to -= 1;
      yield text.slice(start, to);
      start = to;
    }
  }
  if (high !== '') yield high;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

const encoder = new TextEncoder();

/** UTF-8, with three bytes for a lone surrogate too: `TextEncoder` makes all of them U+FFFD. */
function generalisedUtf8(text: string): Bytes {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts = text.split(/([\ud800-\udfff])/u).map((part, i) => {
    const unit = part.charCodeAt(0);
    const lone = [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)];
    return i % 2 === 1 ? Uint8Array.from(lone) : encoder.encode(part);
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  return bytes;
}

function ofKind(chunk: SourceChunk, kind: 'string'): string;
function ofKind(chunk: SourceChunk, kind: 'bytes'): Bytes;
function ofKind(chunk: SourceChunk, kind: 'string' | 'bytes'): SourceChunk {
  if ((typeof chunk === 'string') === (kind === 'string')) return chunk;
  throw new InvalidInputError('The document comes in chunks of text and of bytes. Give one kind only.');
}

const control = /[\0-\x07\x0e-\x1a\x1c-\x1f]/g;

function refuseBinary(piece: string, offset: number): void {
  const controls = piece.match(control)?.length ?? 0;
  if (controls <= minControls || 100 * controls <= maxControlPercent * piece.length) return;
  const at = offset + piece.search(control);
  throw new InvalidInputError(
    `The document is not text: ${controls} of ${piece.length} characters are control characters, as in binary files, the first ` +
      `at character ${at}. Save it as plain text first.`,
    { offset: at, controls, characters: piece.length },
  );
}
