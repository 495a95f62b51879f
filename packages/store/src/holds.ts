// Claims on documents, by two locks each: `use` is shared by all who have it open and taken whole to delete it; `write` belongs
// to one writer. A tab that dies frees its locks.
import { AbortedError, DocumentInUseError, throwIfAborted } from '@longread/core';
import type { DocumentHold, HoldOptions } from './document-store.ts';
import type { HeldLock, StorageDriver } from './drivers/driver.ts';
import { checkedId } from './schema/keys.ts';

const usePrefix = 'use/';
const useLock = (id: string) => usePrefix + checkedId(id);
const writeLock = (id: string) => `write/${checkedId(id)}`;

/** The holds that one store has taken. */
export class Holds {
  readonly #driver: StorageDriver;
  readonly #held = new Set<DocumentHold>();

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /** @throws DocumentInUseError | AbortedError */
  async take(id: string, mode: DocumentHold['mode'], options: HoldOptions = {}): Promise<DocumentHold> {
    const use = await this.#acquire(id, useLock(id), 'shared', options);
    try {
      const write =
        mode === 'write' ? await this.#acquire(id, writeLock(id), 'exclusive', options) : undefined;
      return this.#hold(id, mode, write === undefined ? [use] : [write, use]);
    } catch (error) {
      use.release();
      throw error;
    }
  }

  /** Runs `work` while nobody holds the document. @throws DocumentInUseError */
  async alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const lock = await this.#acquire(id, useLock(id), 'exclusive', {});
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  /** Ids of documents that anyone holds. */
  async documentsInUse(): Promise<ReadonlySet<string>> {
    const prefix = usePrefix;
    const names = [...(await this.#driver.locks.held())];
    return new Set(names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
  }

  releaseAll(): void {
    for (const hold of this.#held) hold.release();
  }

  #hold(id: string, mode: DocumentHold['mode'], locks: readonly HeldLock[]): DocumentHold {
    const held = this.#held;
    const hold: DocumentHold = {
      id,
      mode,
      lost: AbortSignal.any(locks.map(({ lost }) => lost)),
      release() {
        held.delete(hold);
        for (const lock of locks) lock.release();
      },
    };
    held.add(hold);
    return hold;
  }

  async #acquire(
    id: string,
    name: string,
    mode: 'shared' | 'exclusive',
    { signal, wait = false }: HoldOptions,
  ): Promise<HeldLock> {
    const during = `the wait for document ${id}`;
    throwIfAborted(signal, during);
    try {
      const lock = await this.#driver.locks.acquire(name, { mode, wait, signal });
      if (lock !== undefined) return lock;
    } catch (cause) {
      // Browsers reject with the signal's reason, which may be anything.
      if (signal?.aborted) {
        throw new AbortedError(`Cancelled during ${during}.`, { during }, { cause });
      }
      throw cause;
    }
    const what = mode === 'exclusive' && name === useLock(id) ? 'is open' : 'is being written or deleted';
    throw new DocumentInUseError(
      `Document ${id} ${what} in this tab or another one. Close it there, or wait until that is done.`,
      { document: id },
    );
  }
}
