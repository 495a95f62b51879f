// The values of some rows of a tensor that stays in its file, each read by itself: of a table of two billion numbers a prompt wants a
// thousandth.
import type { ByteSource } from '../byte-source.ts';
import { dequantizeRows } from '../dequantize.ts';
import { readRows, storedRowBytes, type StoredTensor } from './read-rows.ts';

/** Bytes of rows as stored that are kept: those of the words that every text repeats. */
const keptBytes = 4 * 1024 * 1024;

/** `[rows.length, cols]` of some rows. Throws ModelFormatError | IntegrityError as readRows. */
export type ValueReader = (rows: ArrayLike<number>) => Promise<Float32Array<ArrayBuffer>>;

/** Reads rows of the tensor, the latest of which are not read again. */
export function createValueReader(source: ByteSource, tensor: StoredTensor): ValueReader {
  const { layout, type } = tensor;
  const { cols } = layout;
  const rowBytes = storedRowBytes(type, cols);
  const buffers = { quants: new Uint32Array(), scales: new Uint32Array() };
  const one = { ...tensor, layout: { ...layout, rows: 1 } };
  /** The latest last. */
  const kept = new Map<number, Uint8Array<ArrayBuffer>>();
  const most = Math.max(1, Math.floor(keptBytes / rowBytes));
  const remembering: ByteSource = {
    size: source.size,
    read: async (offset, length) => {
      const known = kept.get(offset);
      kept.delete(offset);
      const bytes = known ?? (await source.read(offset, length)).slice();
      if (bytes.length === length) kept.set(offset, bytes);
      for (const [oldest] of kept) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      return bytes;
    },
  };
  return async (rows) => {
    const values = new Float32Array(rows.length * cols);
    for (let i = 0; i < rows.length; i++) {
      const stored = { ...one, offset: tensor.offset + (rows[i] ?? 0) * rowBytes };
      for await (const run of readRows(remembering, stored, Infinity, buffers))
        values.set(dequantizeRows(one.layout, run), i * cols);
    }
    return values;
  };
}
