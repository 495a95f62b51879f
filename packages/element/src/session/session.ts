// The element's controller: drives an engine through load, read, open, ask and delete, one call at a time, and keeps the
// state that the views show. It renders nothing. Calls while another is running cancel it first; no method rejects.
import type { PresetName } from 'longread';
import type { Late } from '../view.ts';
import { askedOf } from './asked.ts';
import { Asking } from './asking.ts';
import { BegunSources } from './begun-sources.ts';
import { Calls, type Host } from './calls.ts';
import { Comparing } from './comparing.ts';
import { Library } from './library.ts';
import { Loading } from './loading.ts';
import { Reading } from './reading.ts';
import type { SessionState } from './state.ts';
import { TogetherCalls } from './together.ts';
import { Threads } from './threads.ts';

export class ReaderSession {
  readonly #calls: Calls;
  readonly loading: Loading;
  readonly reading: Reading;
  readonly asking: Asking;
  readonly comparing: Comparing;
  readonly library: Library;
  readonly together: TogetherCalls;

  /** @param wanted how deep documents are read: in the engine's own preset when undefined. */
  constructor(
    host: Host,
    late: () => Promise<Late>,
    dialogs: () => Promise<unknown>,
    wanted: () => PresetName | undefined,
  ) {
    const calls = new Calls(host);
    // An engine of the page's own may be one that leaves nothing on the disk.
    const threads = new Threads(() => calls.ownsEngine);
    this.#calls = calls;
    this.loading = new Loading(calls, late, dialogs);
    const begun = new BegunSources(() => calls.ownsEngine);
    this.reading = new Reading(calls, threads.recall, begun, wanted);
    this.asking = new Asking(calls, threads.keep, late);
    this.comparing = new Comparing(calls, threads.keep);
    this.library = new Library(calls, threads.forget);
    this.together = new TogetherCalls(calls, threads.recall);
  }

  get state(): SessionState {
    return this.#calls.state;
  }

  /** Asks what is read of a document so far, between two stretches of its reading; after it, when nothing is. */
  async askMeanwhile(question: string, options: Parameters<Asking['ask']>[1]): Promise<void> {
    await this.reading.pause();
    const canAsk = askedOf(this.state) !== undefined;
    if (canAsk) await this.asking.ask(question, options);
    await this.reading.resume();
    if (!canAsk) await this.asking.ask(question, options);
  }

  /** Deletes a stored document; of several that are open as one the others stay open. */
  async delete(id: string): Promise<void> {
    const { together } = this.state;
    const others = [...(together?.texts.keys() ?? [])].filter((each) => each !== id);
    await this.library.delete(id);
    if (together?.texts.has(id) && others.length > 1 && !askedOf(this.state))
      await this.together.open(others);
  }

  /** Gives a stored document another title; open with others, it is opened with them again, and its passages are named so from then on. */
  async rename(id: string, title: string): Promise<void> {
    const { together, documents } = this.state;
    await this.library.rename(id, title);
    if (!together?.texts.has(id) || this.state.together !== together) return;
    const isRenamed = documents !== this.state.documents && this.state.error === undefined;
    if (isRenamed) await this.together.open([...together.texts.keys()]);
  }

  /** Stops what is running; what was stored stays. */
  cancel(): void {
    this.#calls.cancel();
  }

  dismissError(): void {
    this.#calls.set({ error: undefined });
  }

  /** Shows what cannot be read, and why. */
  refuse(message: string): void {
    this.#calls.report({ code: 'InvalidInput', message });
  }

  /** Shows what became of something, until the next call. */
  notify(notice: string): void {
    this.#calls.set({ notice });
  }

  /** Stops, closes the document and lets the engine go. */
  close(): Promise<void> {
    return this.#calls.run('idle', () => this.#calls.release());
  }
}
