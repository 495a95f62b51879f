// Entries of a ZIP archive (APPNOTE 6.3.10), unpacked one by one as they are asked for, into memory alone. What an archive says of itself is not
// trusted: sizes are limited before and while an entry is unpacked.
import { InvalidInputError, LimitExceededError } from '@longread/core';
import { checkLimit, limits } from '../limits.ts';
import type { GivenFile } from '../types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Entry {
  readonly isEncrypted: boolean;
  /** 0 is stored, 8 is deflated. */
  readonly method: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerOffset: number;
}

export interface Archive {
  /** Paths of the files in it, in its order; what would leave the archive (`../`, `/`) is none of them. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** @throws InvalidInputError (no such entry, encrypted, damaged) | LimitExceededError */
  bytes(path: string): Promise<Bytes>;
}

const endBytes = 22;
/** A comment may follow the end record. */
const maxCommentBytes = 65_535;
const remedy = 'Save or download it again.';

/** @throws InvalidInputError for what is no whole archive | LimitExceededError for one of too many entries */
export async function openZip({ blob, name }: GivenFile): Promise<Archive> {
  const { count, offset, sizeBytes } = await readEnd(blob, name);
  checkLimit(
    `${name} has too many entries`,
    count,
    limits.archiveEntries,
    'Unpack it and choose what you ask about.',
  );
  const entries = readDirectory(await bytesOf(blob, offset, sizeBytes), count, name);
  let readBytes = 0;
  return {
    paths: [...entries.keys()],
    has: (path) => entries.has(path),
    bytes: async (path) => {
      const entry = entries.get(path);
      if (entry === undefined)
        throw new InvalidInputError(`${name} lacks its entry ${shown(path)}. ${remedy}`);
      const unpacked = await unpack(
        blob,
        `${shown(path)} of ${name}`,
        entry,
        limits.archiveBytes - readBytes,
      );
      readBytes += unpacked.length;
      return unpacked;
    },
  };
}

async function readEnd(blob: Blob, name: string) {
  const start = Math.max(0, blob.size - endBytes - maxCommentBytes);
  const tail = await bytesOf(blob, start, blob.size - start);
  const view = new DataView(tail.buffer);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (
      view.getUint32(at, true) !== 0x06054b50 ||
      at + endBytes + view.getUint16(at + 20, true) > tail.length
    )
      continue;
    const count = view.getUint16(at + 10, true);
    const sizeBytes = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    if (count === 0xffff || offset === 0xffffffff)
      throw new InvalidInputError(
        `${name} is a ZIP64 archive, which is for more than a document holds. Pack it anew as plain ZIP.`,
      );
    if (offset + sizeBytes > start + at)
      throw damaged(name, `its directory lies at byte ${offset}, outside of the file`);
    return { count, sizeBytes, offset };
  }
  throw damaged(name, 'it is a ZIP archive without its end, as after a download that was cut');
}

function readDirectory(bytes: Bytes, count: number, name: string): ReadonlyMap<string, Entry> {
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw damaged(name, `entry ${i} of its directory is none`);
    const nameBytes = view.getUint16(at + 28, true);
    const end = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)).replaceAll('\\', '/');
    const isFile = !path.endsWith('/');
    if (isFile && isInside(path) && !entries.has(path))
      entries.set(path, {
        isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
        method: view.getUint16(at + 10, true),
        packedBytes: view.getUint32(at + 20, true),
        unpackedBytes: view.getUint32(at + 24, true),
        headerOffset: view.getUint32(at + 42, true),
      });
    at = end;
  }
  return entries;
}

function isInside(path: string): boolean {
  return path !== '' && !/^(?:\/|[a-z]:)/i.test(path) && !path.split('/').includes('..');
}

async function unpack(blob: Blob, what: string, entry: Entry, leftBytes: number): Promise<Bytes> {
  const { isEncrypted, method, packedBytes, unpackedBytes, headerOffset } = entry;
  if (isEncrypted)
    throw new InvalidInputError(
      `${what} is encrypted. Unpack it with its password and choose what is in it.`,
    );
  if (method !== 0 && method !== 8)
    throw new InvalidInputError(
      `${what} is packed by method ${method}; only 0 and 8 (deflate) are read. Pack it anew.`,
    );
  checkUnpacked(what, unpackedBytes, packedBytes, leftBytes);
  const header = new DataView((await bytesOf(blob, headerOffset, 30)).buffer);
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50)
    throw damaged(what, 'no entry begins where it should');
  const start = headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = blob.slice(start, start + packedBytes);
  if (packed.size !== packedBytes) throw damaged(what, 'it ends behind the end of the file');
  const unpacked =
    method === 0
      ? new Uint8Array(await packed.arrayBuffer())
      : await inflate(packed, (sizeBytes) => checkUnpacked(what, sizeBytes, packedBytes, leftBytes)).catch(
          (error: unknown) => {
            if (error instanceof LimitExceededError) throw error;
            throw damaged(what, 'its packed bytes are none', error);
          },
        );
  if (unpacked.length !== unpackedBytes)
    throw damaged(what, `it has ${unpacked.length} bytes and should have ${unpackedBytes}`);
  return unpacked;
}

function checkUnpacked(what: string, sizeBytes: number, packedBytes: number, leftBytes: number): void {
  const bomb = 'It may have been made to fill memory; choose another file.';
  checkLimit(`${what} is too large, in bytes`, sizeBytes, limits.entryBytes, bomb);
  checkLimit(
    `${what} and what was unpacked before it are too large, in bytes beyond`,
    sizeBytes,
    leftBytes,
    bomb,
  );
  if (sizeBytes > limits.ratioFromBytes)
    checkLimit(
      `${what} unpacks to too many times its size`,
      Math.ceil(sizeBytes / Math.max(1, packedBytes)),
      limits.packingRatio,
      bomb,
    );
}

/** @param check called with the bytes so far; what it throws ends the unpacking. */
async function inflate(packed: Blob, check: (sizeBytes: number) => void): Promise<Bytes> {
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Bytes[] = [];
  let sizeBytes = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      sizeBytes += next.value.length;
      check(sizeBytes);
      parts.push(next.value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return bytesOf(new Blob(parts), 0, sizeBytes);
}

async function bytesOf(blob: Blob, start: number, sizeBytes: number): Promise<Bytes> {
  return new Uint8Array(await blob.slice(start, start + sizeBytes).arrayBuffer());
}

function damaged(what: string, reason: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(`${what} is damaged: ${reason}. ${remedy}`, { reason }, { cause });
}

function shown(path: string): string {
  return path.length > 120 ? `${path.slice(0, 120)}…` : path;
}
