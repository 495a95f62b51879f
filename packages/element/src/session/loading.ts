// The engine: made for a model, or given by the page.
import type { Engine, ModelSource } from 'longread';
import { dispatch } from '../events.ts';
import type { Calls } from './calls.ts';
import type { EngineFactory } from './state.ts';

export class Loading {
  readonly #calls: Calls;
  readonly #late: () => Promise<unknown>;
  readonly #dialogs: () => Promise<unknown>;
  #skip: AbortController | undefined;

  /**
   * @param late fetches what shows an engine's work: there is none before it.
   * @param dialogs fetches what is needed with a document, and not before.
   */
  constructor(calls: Calls, late: () => Promise<unknown>, dialogs: () => Promise<unknown>) {
    this.#calls = calls;
    this.#late = late;
    this.#dialogs = dialogs;
  }

  /**
   * Makes an engine for the model; replaces the one there is.
   * @param share with other tabs, where the model has an address: files of one's own have no name that another tab knows.
   */
  load(model: ModelSource, createEngine: EngineFactory, share = false): Promise<void> {
    // Of several files the message names those that it is about.
    const file: unknown = Array.isArray(model) && model.length === 1 ? model[0] : model;
    const about = file instanceof File ? file.name : '';
    return this.#calls.run(
      'loading',
      async (options) => {
        await this.#calls.release();
        await this.#late();
        this.#skip = new AbortController();
        const tune = { skip: this.#skip.signal };
        const isShared = share && typeof model === 'string';
        const engine = await createEngine({ model, tune, ...(isShared && { share }), ...options });
        if (options.signal.aborted) await engine.dispose();
        options.signal.throwIfAborted();
        await this.#adopt(engine, true);
      },
      { about },
    );
  }

  /** Uses an engine that the page made and will dispose. */
  use(engine: Engine): Promise<void> {
    return this.#calls.run('loading', async () => {
      await this.#calls.release();
      await this.#late();
      await this.#adopt(engine, false);
    });
  }

  /** Lets the load go on without measuring the rest. */
  skipTuning(): void {
    this.#skip?.abort();
  }

  async #adopt(engine: Engine, isOwned: boolean): Promise<void> {
    const calls = this.#calls;
    await this.#dialogs().catch(async (error: unknown) => {
      if (isOwned) await engine.dispose();
      throw error;
    });
    calls.engine = engine;
    calls.ownsEngine = isOwned;
    calls.follow(engine);
    const info = await engine.info();
    calls.set({ info, status: calls.words.say('modelReady') });
    dispatch(calls.host, 'longread-ready', info);
  }
}
