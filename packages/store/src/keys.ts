// Keys of the records of one document, all in one object store: manifest/<id>, chunk/<id>/<n>, state/<id>/<a|b>.
import { InvalidInputError } from '@longread/core';

export const manifestPrefix = 'manifest/';

export function manifestKey(id: string): string {
  return `${manifestPrefix}${checkedId(id)}`;
}

export function chunkKey(id: string, index: number): string {
  return `chunk/${checkedId(id)}/${index}`;
}

/**
 * The state after `numChunks` chunks. Slots alternate, so the state of one chunk never overwrites that of the chunk before;
 * which one is in use follows from the manifest's chunk count, and nothing else has to point to it.
 */
export function stateKey(id: string, numChunks: number): string {
  return `state/${checkedId(id)}/${numChunks % 2 === 0 ? 'a' : 'b'}`;
}

/** All keys that start with `prefix`, which ends in a slash. */
export function keysUnder(prefix: string): IDBKeyRange {
  const afterSlash = String.fromCharCode('/'.charCodeAt(0) + 1);
  return IDBKeyRange.bound(prefix, prefix.slice(0, -1) + afterSlash, false, true);
}

/** Key ranges that hold every record of a document. */
export function documentRanges(id: string): readonly IDBKeyRange[] {
  checkedId(id);
  return [IDBKeyRange.only(manifestKey(id)), keysUnder(`chunk/${id}/`), keysUnder(`state/${id}/`)];
}

/** An id with a slash could reach into another document's keys. */
function checkedId(id: string): string {
  if (/^[\w.-]{1,128}$/.test(id)) return id;
  throw new InvalidInputError(
    `A document id has 1 to 128 letters, digits, dots, underscores or hyphens; got ${JSON.stringify(id)}.`,
    { id },
  );
}
