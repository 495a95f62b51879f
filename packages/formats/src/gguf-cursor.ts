// Steps through the bytes of a GGUF header, number by number: little-endian, lengths held against the file's before anything is
// made. Knows the types of values and no key.
import { ModelFormatError } from '@longread/core';
import { decodeUtf8 } from './utf8.ts';

/** What was read of the file ends before the header does: read at least `neededBytes` of it. */
export class HeaderCutError extends Error {
  readonly neededBytes: number;

  constructor(neededBytes: number) {
    super(`the header needs ${neededBytes} bytes`);
    this.neededBytes = neededBytes;
  }
}

/** `what` names what is read, for messages. Everything throws ModelFormatError, or HeaderCutError at the end of what was read. */
export interface GgufCursor {
  /** Where the next read begins. */
  offset(): number;
  bytes(length: number, what: string): Uint8Array;
  u32(what: string): number;
  u64(what: string): bigint;
  /** A number of things that take `minBytes` each at least: no more than the rest of the file has room for. */
  count(what: string, minBytes: number): number;
  string(what: string): string;
  /** A value of one of GGUF's types, arrays left out. */
  value(type: number, what: string): string | number | bigint | boolean;
  /** The least bytes that a value of a type takes. */
  minimumBytes(type: number, what: string): number;
}

type Scalar = readonly [sizeBytes: number, read: (view: DataView) => number | bigint];

/** By GGUF's type number. */
const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, [1, (view) => view.getUint8(0)]],
  [1, [1, (view) => view.getInt8(0)]],
  [2, [2, (view) => view.getUint16(0, true)]],
  [3, [2, (view) => view.getInt16(0, true)]],
  [4, [4, (view) => view.getUint32(0, true)]],
  [5, [4, (view) => view.getInt32(0, true)]],
  [6, [4, (view) => view.getFloat32(0, true)]],
  [10, [8, (view) => view.getBigUint64(0, true)]],
  [11, [8, (view) => view.getBigInt64(0, true)]],
  [12, [8, (view) => view.getFloat64(0, true)]],
]);
const boolType = 7;
const stringType = 8;

/** A cursor over the first bytes of a file of `fileBytes`. */
export function createGgufCursor(head: Uint8Array<ArrayBuffer>, fileBytes: number): GgufCursor {
  let at = 0;
  /** Moves on; returns where the bytes begin. */
  const take = (length: number, what: string): number => {
    if (length > fileBytes - at) {
      throw new ModelFormatError(
        `The GGUF header runs past the end of the file: ${what} at byte ${at} takes ${length} bytes, the file has ${fileBytes}. ` +
          'It is truncated or damaged: fetch it again.',
        { what, offset: at, length, sizeBytes: fileBytes },
      );
    }
    if (at + length > head.length) throw new HeaderCutError(at + length);
    at += length;
    return at - length;
  };
  const view = (length: number, what: string): DataView =>
    new DataView(head.buffer, head.byteOffset + take(length, what), length);
  const cursor: GgufCursor = {
    offset: () => at,
    bytes: (length, what) => head.subarray(take(length, what), at),
    u32: (what) => view(4, what).getUint32(0, true),
    u64: (what) => view(8, what).getBigUint64(0, true),
    count(what, minBytes) {
      const start = at;
      const count = cursor.u64(`the number of ${what}`);
      if (count * BigInt(minBytes) > BigInt(fileBytes - at)) {
        throw new ModelFormatError(
          `The GGUF header says ${count} ${what} at byte ${start}: more than the file of ${fileBytes} bytes has room for. ` +
            'It is truncated or damaged: fetch it again.',
          { what, offset: start, sizeBytes: fileBytes },
        );
      }
      const end = at + Number(count) * minBytes;
      if (end > head.length) throw new HeaderCutError(end);
      return Number(count);
    },
    string(what) {
      const length = cursor.count(`bytes of ${what}`, 1);
      const start = take(length, what);
      const text = decodeUtf8(head, start, at);
      if (text !== undefined) return text;
      throw new ModelFormatError(
        `The GGUF header is damaged: the text of ${what} at byte ${start} is not UTF-8. Fetch the file again.`,
        { what, offset: start, length },
      );
    },
    value(type, what) {
      if (type === stringType) return cursor.string(what);
      const scalar = scalars.get(type);
      if (scalar !== undefined) return scalar[1](view(scalar[0], what));
      if (type !== boolType) throw unknownType(type, what);
      const value = view(1, what).getUint8(0);
      if (value > 1) throw new ModelFormatError(`${what} is ${value}, a boolean is 0 or 1.`, { what, value });
      return value === 1;
    },
    minimumBytes(type, what) {
      if (type === stringType) return 8;
      if (type === boolType) return 1;
      const scalar = scalars.get(type);
      if (scalar === undefined) throw unknownType(type, what);
      return scalar[0];
    },
  };
  return cursor;
}

function unknownType(type: number, what: string): ModelFormatError {
  return new ModelFormatError(`The value of ${what} has a type that is not supported (${type}).`, {
    what,
    type,
  });
}
