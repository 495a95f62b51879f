// Values kept in this browser by name, beside what the engine keeps. Nothing here fails: where a browser keeps nothing, nothing is kept.
import { createStore, del, get, keys, set, update, type UseStore } from 'idb-keyval';

export class Shelf {
  readonly #name: string;
  readonly #isKept: () => boolean;
  #store: UseStore | undefined;

  /** @param isKept whether this browser is to keep them. */
  constructor(name: string, isKept: () => boolean) {
    this.#name = name;
    this.#isKept = isKept;
  }

  readonly get = (key: string): Promise<unknown> => this.#attempt((store) => get<unknown>(key, store));

  readonly set = (key: string, value: unknown): Promise<void> =>
    this.#attempt((store) => set(key, value, store));

  /** In one transaction: no other tab writes in between. @returns whether it is kept */
  readonly update = async (key: string, change: (value: unknown) => unknown): Promise<boolean> =>
    (await this.#attempt(async (store) => {
      await update<unknown>(key, change, store);
      return true;
    })) ?? false;

  readonly delete = (key: string): Promise<void> => this.#attempt((store) => del(key, store));

  readonly keys = async (): Promise<readonly string[]> =>
    (await this.#attempt((store) => keys<string>(store))) ?? [];

  async #attempt<T>(call: (store: UseStore) => Promise<T>): Promise<T | undefined> {
    if (!this.#isKept()) return undefined;
    try {
      return await call((this.#store ??= createStore(`longread-${this.#name}`, this.#name)));
    } catch {
      return undefined;
    }
  }
}
