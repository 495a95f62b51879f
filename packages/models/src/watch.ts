// Looks at a model file while it is downloaded: a login page shows in the first bytes, a model of another kind in the first megabytes.
// Neither is worth waiting for.
import { checkModelHead, modelHeadBytes } from '@longread/formats';
import { openSource } from './open-model.ts';

/** Where the header is looked for at first; after that at twice as much each time. */
const firstHeaderBytes = 1 << 20;

/** The header needs more than has arrived. */
class NotYetError extends Error {}

/**
 * Passes the bytes on once `check` has seen the first of them: 4 KiB, or all of a smaller file.
 * @throws what `check` throws, before a byte is passed on
 */
export async function* watchHead(
  pieces: AsyncIterable<Uint8Array>,
  check: (head: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  let head: Buffer<ArrayBuffer> | undefined = Buffer.alloc(0);
  for await (const bytes of pieces) {
    if (head === undefined) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.byteLength < modelHeadBytes) continue;
    check(head);
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  check(head);
  yield head;
}

/**
 * Passes the bytes on. `totalBytes` is the file's length, 0 while unknown: then only the first bytes are looked at.
 * @throws ModelFormatError as soon as the bytes show that this is no model that runs
 */
export async function* watchModel(
  pieces: AsyncIterable<Uint8Array>,
  totalBytes: number,
): AsyncIterable<Uint8Array> {
  const arrived: Uint8Array[] = [];
  let arrivedBytes = 0;
  let nextBytes = modelHeadBytes;
  try {
    for await (const bytes of pieces) {
      if (nextBytes < Infinity) {
        arrived.push(bytes);
        arrivedBytes += bytes.byteLength;
        if (arrivedBytes >= nextBytes) {
          const isSettled = await look(Buffer.concat(arrived), totalBytes);
          nextBytes = isSettled ? Infinity : Math.max(firstHeaderBytes, 2 * arrivedBytes);
          if (isSettled) arrived.length = 0;
        }
      }
      yield bytes;
    }
  } catch (error) {
    if (arrived.length > 0) checkModelHead(Buffer.concat(arrived.slice(0, 2))); // what broke off may have been no model
    throw error;
  }
  if (arrivedBytes < modelHeadBytes) checkModelHead(Buffer.concat(arrived));
}

/** True when there is nothing more to look for. */
async function look(head: Buffer<ArrayBuffer>, totalBytes: number): Promise<boolean> {
  checkModelHead(head);
  if (totalBytes === 0) return true;
  if (head.byteLength < firstHeaderBytes) return false;
  try {
    await openSource({
      size: totalBytes,
      read: (offset, length) =>
        offset + length <= head.byteLength
          ? Promise.resolve(new Uint8Array(head.subarray(offset, offset + length)))
          : Promise.reject(new NotYetError()),
    });
    return true;
  } catch (error) {
    if (error instanceof NotYetError) return false;
    throw error;
  }
}
