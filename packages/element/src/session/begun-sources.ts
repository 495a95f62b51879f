// The sources of documents that are being read, kept until they are read to their end: a reading that a closed tab interrupts can go on.
// By title, because a document has no id before it is begun; the engine itself tells by the text which document it goes on with.
import type { DocumentManifest } from 'longread';
import { Shelf } from './shelf.ts';

export interface BegunSource {
  /** Text, or the file of a text. */
  readonly source: string | Blob;
  /** About: bytes where characters are not known. */
  readonly numChars: number;
}

export class BegunSources {
  readonly #shelf: Shelf;

  constructor(isKept: () => boolean) {
    this.#shelf = new Shelf('begun', isKept);
  }

  /** Lets go of those whose documents are gone or read. */
  async keep(title: string, begun: BegunSource, documents: readonly DocumentManifest[]): Promise<void> {
    const unread = new Set(documents.filter(({ state }) => state === 'reading').map((each) => each.title));
    for (const key of await this.#shelf.keys()) if (!unread.has(key)) await this.#shelf.delete(key);
    await this.#shelf.set(title, begun);
  }

  async recall(title: string): Promise<BegunSource | undefined> {
    const kept = await this.#shelf.get(title);
    if (typeof kept !== 'object' || kept === null) return undefined;
    // Another version of this page may have kept something else.
    const { source, numChars } = kept as Partial<Record<keyof BegunSource, unknown>>;
    const isSource = typeof source === 'string' || source instanceof Blob;
    return isSource && typeof numChars === 'number' ? { source, numChars } : undefined;
  }

  readonly forget = (title: string): Promise<void> => this.#shelf.delete(title);
}
