// Reads the header of a safetensors file: which tensors it holds, of which type and shape, and where. Every length and place is held
// against the file before anything is made of it. What names mean is decided elsewhere.
// Source: https://github.com/huggingface/safetensors (README.md, "Format")
import { ModelFormatError } from '@longread/core';
import { readExactly } from '../byte-source.ts';
import { tensorError } from '../gguf-data.ts';
import { describeHead, modelHeadBytes } from '../model-head.ts';
import { decodeUtf8 } from '../utf8.ts';
import { asObject, show, type NamedSource } from './json-file.ts';

/** One tensor as the file declares it, its bytes inside the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  /** Slowest dimension first. */
  readonly shape: readonly number[];
  /** Byte offset in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Bytes of the header's own length, before the header. */
const lengthBytes = 8;
/** The format allows 100 MB; 100,000 tensors take less than this. */
const maxHeaderBytes = 1 << 24;
const maxDims = 8;

const metadataKey = '__metadata__';

/**
 * The tensors of a file, in the order of their bytes, which are the file's from the header on: without a hole, none twice.
 * Throws ModelFormatError.
 */
export async function readTensorEntries(file: NamedSource): Promise<readonly TensorEntry[]> {
  const start = await readDataStart(file);
  const bytes = await readExactly(
    file.source,
    lengthBytes,
    start - lengthBytes,
    `The header of ${file.name}`,
  );
  const text = decodeUtf8(bytes, 0, bytes.length);
  const fail = (what: string, cause?: unknown): never => {
    throw new ModelFormatError(
      `The header of ${file.name} ${what}: the file is damaged. Fetch it again.`,
      { name: file.name },
      { cause },
    );
  };
  if (text === undefined) return fail('is no text in UTF-8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    return fail('is not JSON', cause);
  }
  const entries = Object.entries(asObject(header, `The header of ${file.name}`));
  const numMembers = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1;
  if (numMembers !== countMembers(header)) return fail('has a key twice');
  const tensors = entries
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => readEntry(name, value, start, file.source.size));
  return checkCover(tensors, start, file);
}

/** Throws ModelFormatError, which says what came instead, unless a file of these first bytes is one in safetensors. */
function checkSafetensorsHead(name: string, head: Uint8Array): void {
  // A length of less than 2^40, and the JSON that it is of: what other formats begin with is neither.
  if (
    head.length > lengthBytes &&
    head[lengthBytes] === 0x7b &&
    head.subarray(5, lengthBytes).every((byte) => byte === 0)
  )
    return;
  throw new ModelFormatError(`${name} is not in safetensors: ${describeHead(head)}.`, { name, offset: 0 });
}

/** The same of any file of a hub repository by its name, as far as its first bytes tell. Throws ModelFormatError. */
export function checkHubHead(name: string, head: Uint8Array): void {
  if (name.endsWith('.safetensors')) {
    checkSafetensorsHead(name, head);
    return;
  }
  const isJson = name.endsWith('.json');
  const starts = [0x09, 0x0a, 0x0d, 0x20];
  const first = head.find((byte) => !starts.includes(byte));
  const what = describeHead(head);
  if (isJson ? first !== 0x7b : /web page|Git-LFS/.test(what))
    throw new ModelFormatError(`${name} is not ${isJson ? 'JSON' : 'a chat template'}: ${what}.`, {
      name,
      offset: 0,
    });
}

/** Where the data begins: behind the header, whose length the first bytes are. */
async function readDataStart({ name, source }: NamedSource): Promise<number> {
  const headBytes = Math.min(modelHeadBytes, source.size);
  const head = await readExactly(source, 0, headBytes, `The header of ${name}`);
  checkSafetensorsHead(name, head);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  const details = { name, length: String(length), sizeBytes: source.size };
  if (length > BigInt(maxHeaderBytes))
    throw new ModelFormatError(
      `The header of ${name} takes ${length} bytes, the limit is ${maxHeaderBytes}: the file is damaged. Fetch it again.`,
      details,
    );
  if (length > BigInt(source.size - lengthBytes))
    throw new ModelFormatError(
      `The header of ${name} takes ${length} bytes, but the file has ${source.size}: it is truncated or damaged. Fetch it again.`,
      details,
    );
  return lengthBytes + Number(length);
}

/** Members of all objects in a value of JSON: one colon each, outside of strings. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items = Object.values(value);
  return items.reduce<number>(
    (sum, item) => sum + countMembers(item),
    Array.isArray(value) ? 0 : items.length,
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readEntry(name: string, value: unknown, start: number, fileBytes: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = asObject(value, `Tensor "${name.slice(0, 80)}"`);
  if (typeof dtype !== 'string')
    throw tensorError(name, `has the type ${show(dtype)}, which is no name of one`);
  if (!Array.isArray(shape) || shape.length > maxDims || !shape.every(isCount))
    throw tensorError(name, `has the shape ${show(shape)}: expected up to ${maxDims} sizes`);
  const [from, to] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as readonly unknown[]) : [];
  if (!isCount(from) || !isCount(to) || from > to)
    throw tensorError(name, `lies at ${show(offsets)}: expected its first byte and the one behind it`);
  if (start + to > fileBytes)
    throw tensorError(
      name,
      `ends at byte ${start + to}, but the file has ${fileBytes}: it is truncated or damaged. Fetch it again`,
      { offset: start + to, sizeBytes: fileBytes },
    );
  return { name, dtype, shape, offset: start + from, sizeBytes: to - from };
}

function checkCover(
  tensors: readonly TensorEntry[],
  start: number,
  { name, source }: NamedSource,
): readonly TensorEntry[] {
  const sorted = tensors.toSorted((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  let end = start;
  for (const { name: tensor, offset, sizeBytes } of sorted) {
    if (offset < end) throw tensorError(tensor, `overlaps another tensor at byte ${offset}`, { offset });
    if (offset > end)
      throw tensorError(
        tensor,
        `begins at byte ${offset}, with bytes of no tensor from ${end} on before it`,
        {
          offset,
        },
      );
    end += sizeBytes;
  }
  if (end === source.size) return sorted;
  throw new ModelFormatError(
    `The tensors of ${name} end at byte ${end}, but the file has ${source.size}: it is damaged. Fetch it again.`,
    { name, offset: end, sizeBytes: source.size },
  );
}
