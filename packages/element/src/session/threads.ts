// What was asked of each document, kept in this browser beside what was read of it. Nothing here fails: where a browser keeps nothing,
// nothing is kept.
import { createStore, del, get, set, type UseStore } from 'idb-keyval';
import type { Exchange } from './state.ts';

/** The newest so many of a document are kept. */
const maxKept = 100;

export class Threads {
  readonly #isKept: () => boolean;
  /** Of this page's life. */
  readonly #asked = new Map<string, readonly Exchange[]>();
  #store: UseStore | undefined;

  /** @param isKept whether this browser is to keep them. */
  constructor(isKept: () => boolean) {
    this.#isKept = isKept;
  }

  /** Oldest first. */
  readonly recall = async (id: string): Promise<readonly Exchange[]> => {
    const asked = this.#asked.get(id);
    if (asked) return asked;
    const kept = await this.#attempt((store) => get<unknown>(id, store));
    return Array.isArray(kept) ? kept.filter(isExchange) : [];
  };

  readonly keep = async (id: string, exchanges: readonly Exchange[]): Promise<void> => {
    this.#asked.set(id, exchanges);
    await this.#attempt((store) => set(id, exchanges.slice(-maxKept), store));
  };

  readonly forget = async (id: string): Promise<void> => {
    this.#asked.delete(id);
    await this.#attempt((store) => del(id, store));
  };

  async #attempt<T>(call: (store: UseStore) => Promise<T>): Promise<T | undefined> {
    if (!this.#isKept()) return undefined;
    try {
      return await call((this.#store ??= createStore('longread-threads', 'threads')));
    } catch {
      return undefined;
    }
  }
}

/** Another version of this page may have kept something else. */
function isExchange(value: unknown): value is Exchange {
  if (typeof value !== 'object' || value === null) return false;
  const { id, question, text, evidence, end, covers } = value as Partial<Record<keyof Exchange, unknown>>;
  const isText = [id, question, text].every((each) => typeof each === 'string');
  const isPart = covers === undefined || typeof covers === 'number';
  return isText && isPart && typeof end === 'string' && (evidence === undefined || Array.isArray(evidence));
}
