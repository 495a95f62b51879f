// Bytes of the records that this page stores, as IndexedDB is given them: what reading writes in all, whatever becomes of it.

let written = 0;
let isCounting = false;

/** Bytes of arrays, and characters of texts. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + bytesOf(item), 0);
}

/** Since this was called first. */
export function writtenBytes(): number {
  if (!isCounting) {
    isCounting = true;
    // oxlint-disable-next-line typescript/unbound-method -- called with `this` below
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      written += bytesOf(value);
      return put.call(this, value, key);
    };
  }
  return written;
}
