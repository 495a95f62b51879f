// What was asked of each document, kept in this browser beside what was read of it. Nothing here fails: where a browser keeps nothing,
// nothing is kept.
import { Shelf } from './shelf.ts';
import type { Exchange } from './state.ts';

/** The newest so many of a document are kept. */
const maxKept = 100;

export class Threads {
  readonly #shelf: Shelf;
  /** Of this page's life. */
  readonly #asked = new Map<string, readonly Exchange[]>();

  /** @param isKept whether this browser is to keep them. */
  constructor(isKept: () => boolean) {
    this.#shelf = new Shelf('threads', isKept);
  }

  /** Oldest first. */
  readonly recall = async (id: string): Promise<readonly Exchange[]> => {
    const asked = this.#asked.get(id);
    if (asked) return asked;
    const kept = await this.#shelf.get(id);
    return Array.isArray(kept) ? kept.filter(isExchange) : [];
  };

  readonly keep = async (id: string, exchanges: readonly Exchange[]): Promise<void> => {
    this.#asked.set(id, exchanges);
    await this.#shelf.set(id, exchanges.slice(-maxKept));
  };

  readonly forget = async (id: string): Promise<void> => {
    this.#asked.delete(id);
    await this.#shelf.delete(id);
  };
}

/** Another version of this page may have kept something else. */
function isExchange(value: unknown): value is Exchange {
  if (typeof value !== 'object' || value === null) return false;
  const { id, question, text, evidence, end, covers } = value as Partial<Record<keyof Exchange, unknown>>;
  const isText = [id, question, text].every((each) => typeof each === 'string');
  const isPart = covers === undefined || typeof covers === 'number';
  return isText && isPart && typeof end === 'string' && (evidence === undefined || Array.isArray(evidence));
}
