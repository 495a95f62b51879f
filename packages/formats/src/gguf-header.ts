// Reads a GGUF header: keys with their values, and the list of tensors. Every count, length and place is held against the file
// before anything is made of it, and text must be UTF-8. What keys and tensors mean is decided elsewhere.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { ModelFormatError } from '@longread/core';
import { readExactly, type ByteSource } from './byte-source.ts';
import { createGgufCursor, HeaderCutError, type GgufCursor } from './gguf-cursor.ts';
import { checkModelHead } from './model-head.ts';

/** A metadata value: 64-bit integers are bigint. */
export type GgufValue = string | number | bigint | boolean | readonly (string | number | bigint | boolean)[];

/** One tensor as the file declares it: fastest dimension first, offset relative to the data section; not yet validated. */
export interface GgufTensorInfo {
  readonly name: string;
  readonly shape: readonly bigint[];
  readonly dtype: number;
  readonly offset: bigint;
}

export interface GgufHeader {
  readonly entries: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensorInfo[];
  /** Bytes of the header, before padding. */
  readonly sizeBytes: number;
}

/** What is read at first; most headers take some megabytes of vocabulary. */
const firstBytes = 1 << 20;
/** A header is read into the heap as a whole; the largest vocabularies (260,000 tokens with their merges) take a quarter of this. */
const maxBytes = 1 << 26;

const arrayType = 9;
/** ggml's GGML_MAX_DIMS. */
const maxDims = 4;
/** Of a key: its length, the value's type, a value of one byte. */
const minKeyBytes = 8 + 4 + 1;
/** Of a tensor: its name's length, how many dimensions, one dimension, type and offset. */
const minTensorBytes = 8 + 4 + 8 + 4 + 8;

/** Reads and checks the header. Throws ModelFormatError. */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  for (let wanted = firstBytes; ;) {
    const length = Math.min(wanted, source.size);
    const bytes = await readExactly(source, 0, length, 'The GGUF header');
    checkModelHead(bytes);
    try {
      return parse(createGgufCursor(bytes, source.size));
    } catch (error) {
      if (!(error instanceof HeaderCutError)) throw error;
      wanted = nextLength(length, error.neededBytes);
    }
  }
}

function nextLength(length: number, neededBytes: number): number {
  if (neededBytes <= maxBytes) return Math.min(maxBytes, Math.max(2 * length, neededBytes));
  throw new ModelFormatError(
    `The GGUF header takes ${neededBytes} bytes or more, the limit is ${maxBytes}: the file is damaged. Fetch it again.`,
    { length: neededBytes, limit: maxBytes },
  );
}

function parse(cursor: GgufCursor): GgufHeader {
  checkPreamble(cursor);
  const numTensors = cursor.count('tensors', minTensorBytes);
  const numKeys = cursor.count('metadata keys', minKeyBytes);
  const entries = new Map<string, GgufValue>();
  for (let i = 0; i < numKeys; i++) {
    const key = cursor.string(`metadata key ${i}`);
    if (entries.has(key))
      throw new ModelFormatError(`Metadata key "${key.slice(0, 80)}" is there twice.`, {
        key: key.slice(0, 80),
      });
    entries.set(key, readValue(cursor, key));
  }
  const tensors = Array.from({ length: numTensors }, (_, i) => readTensorInfo(cursor, i));
  return { entries, tensors, sizeBytes: cursor.offset() };
}

function checkPreamble(cursor: GgufCursor): void {
  cursor.bytes(4, 'the GGUF preamble'); // looked at before
  const version = cursor.u32('the GGUF version');
  if (version === 2 || version === 3) return;
  const isBigEndian = version !== 0 && (version & 0xffff) === 0;
  throw new ModelFormatError(
    isBigEndian
      ? 'Big-endian GGUF files are not supported: use the little-endian file.'
      : `GGUF version ${version} is not supported (2 and 3 are): ${version > 3 && version < 100 ? 'it is newer than this program. Update that, or choose an older file' : 'convert the model again'}.`,
    { offset: 4, version },
  );
}

function readValue(cursor: GgufCursor, key: string): GgufValue {
  const what = `metadata key "${key.slice(0, 80)}"`;
  const type = cursor.u32(what);
  if (type !== arrayType) return cursor.value(type, what);
  const itemType = cursor.u32(what);
  const length = cursor.count(`entries of ${what}`, cursor.minimumBytes(itemType, what));
  return Array.from({ length }, () => cursor.value(itemType, what));
}

function readTensorInfo(cursor: GgufCursor, index: number): GgufTensorInfo {
  const name = cursor.string(`the name of tensor ${index}`);
  const what = `tensor "${name.slice(0, 80)}"`;
  const numDims = cursor.u32(what);
  if (numDims < 1 || numDims > maxDims)
    throw new ModelFormatError(
      `Tensor "${name.slice(0, 80)}" has ${numDims} dimensions: expected 1 to ${maxDims}.`,
      {
        tensor: name.slice(0, 80),
      },
    );
  const shape = Array.from({ length: numDims }, () => cursor.u64(what));
  return { name, shape, dtype: cursor.u32(what), offset: cursor.u64(what) };
}
