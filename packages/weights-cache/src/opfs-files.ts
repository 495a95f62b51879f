// Files in the origin's private file system. A worker appends in place, so that what arrived outlasts a killed tab; a page has only
// createWritable, whose bytes are in the file once it is closed (Safari before 26 has neither in a page: nothing is kept then).
import type { GrowingFile, WeightsFiles } from './files.ts';

/** What dedicated workers have; the DOM types of a page lack it. */
interface SyncAccessHandle {
  getSize(): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** A file's handle has the one or the other or, in pages of Safari before 26, neither. */
interface FileHandle {
  getFile(): Promise<File>;
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
  createWritable?(options: { keepExistingData: boolean }): Promise<FileSystemWritableFileStream>;
}

/** Undefined where the browser has no such file system, as outside a secure context. */
export function opfsFiles(folder: string): WeightsFiles | undefined {
  if (!('storage' in navigator) || !('getDirectory' in navigator.storage)) return undefined;
  const directory = async () =>
    (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
  return {
    read: (name) => unlessMissing(async () => (await (await directory()).getFileHandle(name)).getFile()),
    open: async (name) => {
      const handle: FileHandle = await (await directory()).getFileHandle(name, { create: true });
      if (handle.createSyncAccessHandle) return growInPlace(await handle.createSyncAccessHandle());
      const stream = await handle.createWritable?.({ keepExistingData: true });
      if (stream) return growByCopy(stream, (await handle.getFile()).size);
      throw new DOMException('This thread cannot write files.', 'NotSupportedError');
    },
    delete: async (name) => {
      await unlessMissing(async () => (await directory()).removeEntry(name));
    },
  };
}

function growInPlace(handle: SyncAccessHandle): GrowingFile {
  let sizeBytes = handle.getSize();
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    append: (bytes) => {
      const written = handle.write(bytes, { at: sizeBytes });
      sizeBytes += written;
      if (written === bytes.byteLength) return Promise.resolve();
      return Promise.reject(
        new DOMException(`${written} of ${bytes.byteLength} bytes`, 'QuotaExceededError'),
      );
    },
    truncate: (size) => {
      handle.truncate(size);
      sizeBytes = size;
      return Promise.resolve();
    },
    flush: () => {
      handle.flush();
      return Promise.resolve();
    },
    close: () => {
      handle.flush();
      handle.close();
      return Promise.resolve();
    },
  };
}

async function growByCopy(stream: FileSystemWritableFileStream, fileBytes: number): Promise<GrowingFile> {
  let sizeBytes = fileBytes;
  await stream.seek(sizeBytes);
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    append: async (bytes) => {
      await stream.write(bytes);
      sizeBytes += bytes.byteLength;
    },
    truncate: async (size) => {
      await stream.truncate(size);
      await stream.seek(size);
      sizeBytes = size;
    },
    flush: () => Promise.resolve(),
    close: () => stream.close(),
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}
