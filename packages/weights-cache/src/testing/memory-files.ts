// Files in memory, for tests in Node: same conformance suite as the browser's.
import type { WeightsFiles } from '../files.ts';

export interface MemoryFiles extends WeightsFiles {
  /** What is stored, to look at or to damage. */
  readonly contents: Map<string, Uint8Array<ArrayBuffer>>;
  quotaBytes: number;
}

export function memoryFiles(): MemoryFiles {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  const open = new Set<string>();
  const files: MemoryFiles = {
    contents,
    quotaBytes: 1e9,
    read: (name) => {
      const bytes = contents.get(name);
      return Promise.resolve(bytes && new Blob([bytes]));
    },
    open: (name) => {
      if (open.has(name)) return Promise.reject(new DOMException('open', 'NoModificationAllowedError'));
      open.add(name);
      let bytes = contents.get(name) ?? new Uint8Array();
      const put = (next: Uint8Array<ArrayBuffer>) => {
        contents.set(name, (bytes = next));
        return Promise.resolve();
      };
      return Promise.resolve({
        get sizeBytes() {
          return bytes.byteLength;
        },
        append: (more) => {
          if (bytes.byteLength + more.byteLength > files.quotaBytes)
            return Promise.reject(new DOMException('full', 'QuotaExceededError'));
          const next = new Uint8Array(bytes.byteLength + more.byteLength);
          next.set(bytes);
          next.set(more, bytes.byteLength);
          return put(next);
        },
        truncate: (size) => put(bytes.slice(0, size)),
        flush: () => Promise.resolve(),
        close: () => {
          open.delete(name);
          return put(bytes);
        },
      });
    },
    delete: (name) => {
      contents.delete(name);
      return Promise.resolve();
    },
  };
  return files;
}
