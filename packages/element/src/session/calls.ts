// The calls of the element to its engine, one at a time, and the state that the views show. Failures become state; nothing rejects.
import { createPace } from '@longread/core';
import type { ReactiveControllerHost } from 'lit';
import type { CallOptions, DocumentSet, Engine, LongreadDocument, Progress } from 'longread';
import { dispatch } from '../events.ts';
import { textAmong, textOf } from '../source/text-source.ts';
import type { Words } from '../words.ts';
import { initialState, isAbort, reportAbout, reportOf, typedError } from './state.ts';
import type { ErrorReport, Phase, SessionState } from './state.ts';

/** Changes of state ask it for an update; events are dispatched on it. */
export type Host = Pick<ReactiveControllerHost, 'requestUpdate'> & EventTarget & { readonly words: Words };

type Work = (options: Required<CallOptions>) => Promise<void>;

interface RunOptions {
  /** Name of the file or document that a failure is about. */
  readonly about?: string;
  /** Title that is shown while it runs. */
  readonly title?: string;
}

/** A time that is left is not told earlier. */
const leastMs = 2000;

export class Calls {
  readonly host: Host;
  state: SessionState = initialState;
  engine: Engine | undefined;
  /** The engine was made here, so it is disposed here. */
  ownsEngine = false;
  /** Counts the calls: another number is another call. */
  numRuns = 0;
  #abort: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #unfollow: (() => void) | undefined;
  #pace = createPace(leastMs);

  constructor(host: Host) {
    this.host = host;
  }

  get words(): Words {
    return this.host.words;
  }

  set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    this.host.requestUpdate();
  }

  /** Runs one call after the one before it has stopped, which is cancelled first. */
  run(phase: Phase, work: Work, { title = '', about = title }: RunOptions = {}): Promise<void> {
    this.cancel();
    this.numRuns++;
    const abort = new AbortController();
    this.#abort = abort;
    const previous = this.#running;
    this.#running = previous.then(async () => {
      const isCancelling = abort.signal.aborted;
      const notice = phase === 'loading' ? this.state.notice : ''; // what was dropped waits for the model
      this.set({ phase, title, notice, progress: undefined, error: undefined, isCancelling });
      await this.#attempt(async () => {
        abort.signal.throwIfAborted();
        await work({ signal: abort.signal, onProgress: (progress) => this.#onProgress(progress) });
      }, about);
      await this.#attempt(() => this.#refreshStored());
      if (this.#abort === abort) this.#abort = undefined;
      this.set({ phase: this.engine ? 'ready' : 'idle', progress: undefined, isCancelling: false });
    });
    return this.#running;
  }

  /** Stops what is running; what was stored stays. */
  cancel(): void {
    if (!this.#abort) return;
    this.set({ isCancelling: true });
    this.#abort.abort();
  }

  report(report: ErrorReport): void {
    this.set({ error: report });
    dispatch(this.host, 'longread-error', report);
  }

  /** @throws InvalidInput (no model is loaded) */
  needEngine(): Engine {
    if (this.engine) return this.engine;
    throw typedError('InvalidInput', this.words.say('noModelForReading'));
  }

  /** A stored document's title. */
  titleOf(id: string): string {
    return this.state.documents.find((manifest) => manifest.id === id)?.title ?? id;
  }

  async openDocument(document: LongreadDocument): Promise<void> {
    await this.closeDocument();
    this.set({ document, text: textOf(document) });
  }

  async openTogether(set: DocumentSet): Promise<void> {
    await this.closeDocument();
    const texts = new Map(set.documents.map((manifest) => [manifest.id, textAmong(set, manifest)]));
    this.set({ together: { set, texts } });
  }

  /** Closes what is open: a document, or several that were asked together. */
  async closeDocument(): Promise<void> {
    const { document, together } = this.state;
    const none = { document: undefined, together: undefined, text: undefined, readSoFar: undefined };
    this.set({ ...none, exchanges: [] });
    await document?.close();
    await together?.set.close();
  }

  /** Lists what is stored or deleted elsewhere, too: another tab may use the same engine, or the same storage. */
  follow(engine: Engine): void {
    this.#unfollow = engine.documents.onChange(() => {
      // What runs looks itself when it is done. A failure here is that of the next call, which tells it.
      if (this.state.phase === 'ready') this.#refreshStored().catch(() => undefined);
    });
  }

  /** Closes the document and lets the engine go. */
  async release(): Promise<void> {
    this.#unfollow?.();
    this.#unfollow = undefined;
    await this.closeDocument();
    const { engine } = this;
    this.engine = undefined;
    this.set({ info: undefined, documents: [], models: [], usage: undefined });
    if (this.ownsEngine) await engine?.dispose();
  }

  #onProgress(progress: Progress): void {
    if (this.state.progress?.phase !== progress.phase) this.#pace = createPace(leastMs);
    this.#pace.add(progress, performance.now());
    this.set({ progress, msLeft: this.#pace.msLeft });
    dispatch(this.host, 'longread-progress', progress);
  }

  async #attempt(step: () => Promise<void>, about = ''): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (isAbort(error)) this.set({ status: this.words.say('cancelled') });
      else this.report(reportAbout(about, reportOf(error)));
    }
  }

  async #refreshStored(): Promise<void> {
    const { engine } = this;
    const [documents = [], models = []] = await Promise.all([
      engine?.documents.list(),
      engine?.models.list(),
    ]);
    if (engine !== this.engine) return;
    this.set({ documents, models });
    // What a browser cannot tell is not shown.
    void engine?.documents.usage().then(
      (usage) => this.set({ usage }),
      () => this.set({ usage: undefined }),
    );
  }
}
