// What is kept in this browser: documents and models.
import { fileNameOf } from '../words.ts';
import type { Calls } from './calls.ts';

export class Library {
  readonly #calls: Calls;
  readonly #forget: (id: string) => Promise<void>;

  /** @param forget lets go of what was asked of a document. */
  constructor(calls: Calls, forget: (id: string) => Promise<void>) {
    this.#calls = calls;
    this.#forget = forget;
  }

  /** Deletes a stored document, and closes it first when it is the open one. */
  delete(id: string): Promise<void> {
    const calls = this.#calls;
    return calls.run('reading', async () => {
      const title = calls.titleOf(id);
      if (calls.state.document?.manifest.id === id) await calls.closeDocument();
      await calls.engine?.documents.delete(id);
      await this.#forget(id);
      calls.set({ status: calls.words.say('deleted', { title }) });
    });
  }

  /** Deletes a stored model file; the engine goes on with what it has loaded. */
  deleteModel(url: string): Promise<void> {
    const calls = this.#calls;
    return calls.run('reading', async () => {
      await calls.engine?.models.delete(url);
      calls.set({ status: calls.words.say('deleted', { title: fileNameOf(url) }) });
    });
  }
}
