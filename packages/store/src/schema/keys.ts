// Keys of the records of one document, all in one object store: manifest/<id>, embeddings/<id>/<n>, tokens/<id>/<n>, text/<id>/<n>,
// state/<id>/<a|b>, chunk/<id>/<n> in version 3, and import/<id> while an import of that id is under way.
import { InvalidInputError } from '@longread/core';

export const manifestPrefix = 'manifest/';
export const importPrefix = 'import/';

export function manifestKey(id: string): string {
  return `${manifestPrefix}${checkedId(id)}`;
}

/** Marks chunks without a manifest: an import that died is swept by it. */
export function importKey(id: string): string {
  return `${importPrefix}${checkedId(id)}`;
}

/** Embeddings and tokens of chunk `index`, as version 3 has them. */
export function chunkKey(id: string, index: number): string {
  return `chunk/${checkedId(id)}/${index}`;
}

export function embeddingsKey(id: string, index: number): string {
  return `embeddings/${checkedId(id)}/${index}`;
}

/** Ids of the tokens of chunk `index`, and where they end. */
export function tokensKey(id: string, index: number): string {
  return `tokens/${checkedId(id)}/${index}`;
}

/** The source's text of chunk `index`. */
export function textKey(id: string, index: number): string {
  return `text/${checkedId(id)}/${index}`;
}

/** Slot 0 is a, slot 1 is b. */
export type StateSlot = 0 | 1;

/**
 * The slot of the state after `numChunks` chunks. The state before goes in the transaction that puts the next, in the same slot or the
 * other; which one is in use follows from the manifest's chunk count, and nothing else has to point to it.
 */
export function stateSlot(numChunks: number): StateSlot {
  return numChunks % 2 === 0 ? 0 : 1;
}

export function otherSlot(slot: StateSlot): StateSlot {
  return slot === 0 ? 1 : 0;
}

export function stateKey(id: string, slot: StateSlot): string {
  return `state/${checkedId(id)}/${slot === 0 ? 'a' : 'b'}`;
}

/** Keys and prefixes that hold every record of a document. */
export function documentKeys(id: string): readonly string[] {
  return [manifestKey(id), ...contentKeys(id)];
}

/** Like {@link documentKeys}, without the manifest. */
export function contentKeys(id: string): readonly string[] {
  const kinds = ['chunk', 'embeddings', 'tokens', 'text', 'state'];
  return kinds.map((kind) => `${kind}/${checkedId(id)}/`).concat(importKey(id));
}

/** An id with a slash could reach into another document's keys. */
export function checkedId(id: string): string {
  if (/^[\w.-]{1,128}$/.test(id)) return id;
  const shown = JSON.stringify(id.slice(0, 200));
  throw new InvalidInputError(
    `A document id has 1 to 128 letters, digits, dots, underscores or hyphens; got ${shown}.`,
    { id: id.slice(0, 200) },
  );
}
