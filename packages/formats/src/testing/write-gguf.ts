// Writes GGUF files for tests, lies included on request. Never used by the product.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { encodeUtf8 } from '../utf8.ts';

/** ggml's type numbers, by name. */
export const ggmlTypes = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q2_K: 10,
  Q3_K: 11,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  IQ4_NL: 20,
  IQ4_XS: 23,
  BF16: 30,
  MXFP4: 39,
  Q1_0: 41,
  Q2_0: 42,
} as const;
export type GgmlTypeName = keyof typeof ggmlTypes;

/** A metadata value with its GGUF type spelled out, for what a plain JavaScript value cannot say. */
interface TypedValue {
  readonly type: 'u32' | 'i32' | 'u64' | 'f32';
  readonly value: number;
}

/** Integers become UINT32, other numbers FLOAT32, numbers in arrays INT32. */
export type MetadataValue = string | number | boolean | TypedValue | readonly string[] | readonly number[];

export interface TensorSource {
  readonly name: string;
  /** Fastest dimension first, as the format has it: `[cols, rows]`, or `[size]` for a norm. */
  readonly shape: readonly number[];
  readonly type: GgmlTypeName;
  readonly data: Uint8Array;
  /** A lie about where the data lies, relative to the data section. */
  readonly offset?: number;
  /** A lie about the type. */
  readonly typeNumber?: number;
}

export interface GgufSource {
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly tensors: readonly TensorSource[];
  /** Default 32; not written as a key. */
  readonly alignment?: number;
  /** Default 3. */
  readonly version?: number;
}

const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 } as const;

/** The bytes of a GGUF file with this content. */
export function writeGguf(source: GgufSource): Uint8Array<ArrayBuffer> {
  const alignment = source.alignment ?? 32;
  const align = (size: number): number => Math.ceil(size / alignment) * alignment;
  const head = createByteWriter();
  head.bytes(encodeUtf8('GGUF'));
  head.u32(source.version ?? 3);
  head.u64(source.tensors.length);
  head.u64(Object.keys(source.metadata).length);
  for (const [key, value] of Object.entries(source.metadata)) {
    head.string(key);
    writeValue(head, value);
  }
  let dataSize = 0;
  const places = source.tensors.map((tensor) => {
    const place = dataSize;
    dataSize = align(place + tensor.data.length);
    head.string(tensor.name);
    head.u32(tensor.shape.length);
    for (const size of tensor.shape) head.u64(size);
    head.u32(tensor.typeNumber ?? ggmlTypes[tensor.type]);
    head.u64(tensor.offset ?? place);
    return place;
  });
  const header = head.end();
  const dataStart = align(header.length);
  const file = new Uint8Array(dataStart + dataSize);
  file.set(header);
  for (const [i, tensor] of source.tensors.entries()) file.set(tensor.data, dataStart + (places[i] ?? 0));
  return file;
}

/** The same content as gguf-split writes it: the first file has all keys, and of each of `sizes` tensors there is one file. */
export function splitGguf(
  { metadata, tensors, ...rest }: GgufSource,
  sizes: readonly number[],
): readonly GgufSource[] {
  let done = 0;
  return sizes.map((size, index) => {
    const own = tensors.slice(done, (done += size));
    const split = { 'split.no': index, 'split.count': sizes.length, 'split.tensors.count': tensors.length };
    return { ...rest, metadata: { ...(index === 0 && metadata), ...split }, tensors: own };
  });
}

function writeValue(out: ByteWriter, value: MetadataValue): void {
  if (typeof value === 'string') {
    out.u32(valueTypes.string);
    out.string(value);
  } else if (typeof value === 'boolean') {
    out.u32(valueTypes.bool);
    out.bytes(Uint8Array.of(value ? 1 : 0));
  } else if (typeof value === 'number') {
    writeTyped(out, { type: Number.isInteger(value) ? 'u32' : 'f32', value });
  } else if ('type' in value) {
    writeTyped(out, value);
  } else {
    const isStrings = typeof value[0] === 'string';
    out.u32(valueTypes.array);
    out.u32(isStrings ? valueTypes.string : valueTypes.i32);
    out.u64(value.length);
    for (const item of value) {
      if (typeof item === 'string') out.string(item);
      else out.u32(item);
    }
  }
}

function writeTyped(out: ByteWriter, { type, value }: TypedValue): void {
  out.u32(valueTypes[type]);
  if (type === 'u64') out.u64(value);
  else if (type === 'f32') out.bytes(new Uint8Array(Float32Array.of(value).buffer));
  else out.u32(value);
}

interface ByteWriter {
  bytes(bytes: Uint8Array): void;
  u32(value: number): void;
  u64(value: number): void;
  string(text: string): void;
  end(): Uint8Array<ArrayBuffer>;
}

function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(1 << 16);
  let size = 0;
  const bytes = (more: Uint8Array): void => {
    if (size + more.length > buffer.length) {
      const grown = new Uint8Array(2 * (size + more.length));
      grown.set(buffer.subarray(0, size));
      buffer = grown;
    }
    buffer.set(more, size);
    size += more.length;
  };
  const u64 = (value: number): void => bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  return {
    bytes,
    u32: (value) => bytes(new Uint8Array(Uint32Array.of(value).buffer)),
    u64,
    string(text) {
      const encoded = encodeUtf8(text);
      u64(encoded.length);
      bytes(encoded);
    },
    end: () => buffer.slice(0, size),
  };
}
