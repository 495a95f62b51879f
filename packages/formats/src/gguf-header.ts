// Reads a GGUF header with @huggingface/gguf and checks its structure. The library clamps strings at the end of what
// it has read and pads with zeros past the end of the file, so the header's length is recomputed from what it returned:
// a cut, repeated or undecodable string cannot pass. What keys and tensors mean is decided elsewhere.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { LongreadError, ModelFormatError } from '@longread/core';
import { GGUFValueType, gguf } from '@huggingface/gguf';
import { readExactly, type ByteSource } from './byte-source.ts';
import { utf8Length } from './utf8.ts';

/** One metadata value as the file has it: type numbers are GGUF's. */
export interface GgufEntry {
  readonly type: number;
  readonly subType?: number;
  readonly value: unknown;
}

/** One tensor as the file declares it: fastest dimension first, offset relative to the data section; not yet validated. */
export interface GgufTensorInfo {
  readonly name: string;
  readonly shape: readonly bigint[];
  readonly dtype: number;
  readonly offset: bigint;
}

export interface GgufHeader {
  readonly entries: ReadonlyMap<string, GgufEntry>;
  readonly tensors: readonly GgufTensorInfo[];
  /** Bytes of the header, before padding. */
  readonly sizeBytes: number;
}

const minimumBytes = 24;
const ownKeys = new Set(['version', 'tensor_count', 'kv_count']);
const scalarBytes = new Map<number, number>([
  [GGUFValueType.UINT8, 1],
  [GGUFValueType.INT8, 1],
  [GGUFValueType.BOOL, 1],
  [GGUFValueType.UINT16, 2],
  [GGUFValueType.INT16, 2],
  [GGUFValueType.UINT32, 4],
  [GGUFValueType.INT32, 4],
  [GGUFValueType.FLOAT32, 4],
  [GGUFValueType.UINT64, 8],
  [GGUFValueType.INT64, 8],
  [GGUFValueType.FLOAT64, 8],
]);

/** Reads and checks the header. Throws ModelFormatError. */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  if (source.size < minimumBytes) {
    throw new ModelFormatError(
      `Not a GGUF file: it has ${source.size} bytes, a header alone takes ${minimumBytes}.`,
      {
        sizeBytes: source.size,
      },
    );
  }
  await checkPreamble(source);
  const ranges = createRanges(source);
  let parsed;
  try {
    parsed = await gguf('https://file.invalid/', { fetch: ranges.fetch as never, typedMetadata: true });
  } catch (cause) {
    if (cause instanceof LongreadError || cause === ranges.failure()) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFormatError(`The GGUF header is damaged: ${reason}.`, { reason }, { cause });
  }
  const entries = new Map<string, GgufEntry>();
  for (const [key, entry] of Object.entries<GgufEntry>(parsed.typedMetadata)) {
    if (!ownKeys.has(key)) entries.set(key, entry);
  }
  const [tensorsStart, tensorsEnd] = parsed.tensorInfoByteRange;
  checkLength('metadata', minimumBytes, tensorsStart, metadataBytes(entries), source.size);
  checkLength('tensor list', tensorsStart, tensorsEnd, tensorListBytes(parsed.tensorInfos), source.size);
  return { entries, tensors: parsed.tensorInfos, sizeBytes: tensorsEnd };
}

async function checkPreamble(source: ByteSource): Promise<void> {
  const bytes = await readExactly(source, 0, 8, 'The GGUF preamble');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, false) !== 0x47475546) {
    throw new ModelFormatError('Not a GGUF file: it does not start with "GGUF".', { offset: 0 });
  }
  const version = view.getUint32(4, true);
  if (version !== 2 && version !== 3) {
    const bigEndian = version !== 0 && (version & 0xffff) === 0;
    throw new ModelFormatError(
      bigEndian
        ? 'Big-endian GGUF files are not supported: use the little-endian file.'
        : `GGUF version ${version} is not supported (2 and 3 are): convert the model again.`,
      { offset: 4, version },
    );
  }
}

/** Answers the library's range requests from the source; one request past the end is read-ahead, a second is a lie. */
function createRanges(source: ByteSource) {
  let pastEnd = false;
  let failure: unknown;
  const read = async (range: string): Promise<Uint8Array<ArrayBuffer>> => {
    const [first = 0, last = 0] = range.slice('bytes='.length).split('-').map(Number);
    if (first < source.size) {
      return readExactly(source, first, Math.min(last + 1, source.size) - first, 'The GGUF header');
    }
    if (pastEnd) {
      throw new ModelFormatError(
        `The GGUF header runs past the end of the file (${source.size} bytes): it is truncated or damaged.`,
        { sizeBytes: source.size },
      );
    }
    pastEnd = true;
    return new Uint8Array(0);
  };
  return {
    /** What reading the source threw: not the header's fault, so it is passed on as it is. */
    failure: () => failure,
    fetch: async (_uri: string, init: { readonly headers: { readonly Range: string } }) => {
      const bytes = await read(init.headers.Range).catch((cause: unknown) => {
        failure = cause;
        throw cause;
      });
      const headers = { get: () => null };
      return { headers, arrayBuffer: () => Promise.resolve(bytes) };
    },
  };
}

const stringBytes = (text: string): number => 8 + utf8Length(text);

function valueBytes(key: string, type: number | undefined, value: unknown, subType?: number): number {
  const scalar = type === undefined ? undefined : scalarBytes.get(type);
  if (scalar !== undefined) return scalar;
  if (type === GGUFValueType.STRING && typeof value === 'string') return stringBytes(value);
  if (type === GGUFValueType.ARRAY && Array.isArray(value) && subType !== GGUFValueType.ARRAY) {
    const scalarItem = subType === undefined ? undefined : scalarBytes.get(subType);
    if (scalarItem !== undefined) return 12 + value.length * scalarItem;
    let sum = 12;
    for (const item of value) sum += valueBytes(key, subType, item);
    return sum;
  }
  throw new ModelFormatError(`Metadata key "${key}" has a type that is not supported (${String(type)}).`, {
    key,
  });
}

function metadataBytes(entries: ReadonlyMap<string, GgufEntry>): number {
  let sum = 0;
  for (const [key, { type, value, subType }] of entries) {
    sum += stringBytes(key) + 4 + valueBytes(key, type, value, subType);
  }
  return sum;
}

function tensorListBytes(tensors: readonly GgufTensorInfo[]): number {
  let sum = 0;
  for (const { name, shape } of tensors) sum += stringBytes(name) + 4 + 8 * shape.length + 4 + 8;
  return sum;
}

function checkLength(what: string, start: number, end: number, expected: number, sizeBytes: number): void {
  if (end > sizeBytes) {
    throw new ModelFormatError(
      `The GGUF ${what} ends at byte ${end}, but the file has ${sizeBytes}: it is truncated or damaged.`,
      { what, offset: end, sizeBytes },
    );
  }
  if (end - start !== expected) {
    throw new ModelFormatError(
      `The GGUF ${what} takes ${end - start} bytes from offset ${start}, its contents ${expected}: ` +
        'a string is cut, repeated or not UTF-8.',
      { what, offset: start, length: end - start, expected },
    );
  }
}
