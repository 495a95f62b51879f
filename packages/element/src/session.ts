// The element's controller: drives an engine through load, read, open, ask and delete, one call at a time, and keeps the
// state that the views show. It renders nothing.
import type { ReactiveControllerHost } from 'lit';
import type {
  CallOptions,
  Conversation,
  DocumentSource,
  Engine,
  LongreadDocument,
  ModelSource,
  Progress,
} from 'longread';
import { dispatch } from './events.ts';
import { fileNameOf } from './format.ts';
import { initialState, isAbort, reportAbout, reportOf, typedError } from './session-state.ts';
import type { EngineFactory, ErrorReport, Exchange, Phase, SessionState } from './session-state.ts';

type Host = Pick<ReactiveControllerHost, 'requestUpdate'> & EventTarget;
type Work = (options: Required<CallOptions>) => Promise<void>;

/** Calls while another is running cancel it first and wait until it has stopped. No method rejects: failures are in `state`. */
export class ReaderSession {
  state: SessionState = initialState;
  readonly #host: Host;
  #engine: Engine | undefined;
  /** The engine was made here, so it is disposed here. */
  #ownsEngine = false;
  /** With the open document. */
  #conversation: Conversation | undefined;
  #abort: AbortController | undefined;
  #skip: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** Changes of state ask `host` for an update; events are dispatched on it. */
  constructor(host: Host) {
    this.#host = host;
  }

  /** Makes an engine for the model; replaces the one there is. */
  load(model: ModelSource, createEngine: EngineFactory): Promise<void> {
    const load: Work = async (options) => {
      await this.#release();
      this.#skip = new AbortController();
      const engine = await createEngine({ model, tune: { skip: this.#skip.signal }, ...options });
      if (options.signal.aborted) await engine.dispose();
      options.signal.throwIfAborted();
      await this.#adopt(engine, true);
    };
    // Of several files the message names those that it is about.
    const file: unknown = Array.isArray(model) && model.length === 1 ? model[0] : model;
    return this.#run('loading', '', load, { about: file instanceof File ? file.name : '' });
  }

  /** Uses an engine that the page made and will dispose. */
  use(engine: Engine): Promise<void> {
    return this.#run('loading', '', async () => {
      await this.#release();
      await this.#adopt(engine, false);
    });
  }

  /** Reads a document, or opens it when it was read before. `notice` is shown until the next call. */
  read(source: DocumentSource, title: string, notice = ''): Promise<void> {
    return this.#openWith(title, (engine, options) => engine.ingest(source, { title, ...options }), notice);
  }

  /** Fetches a document that the page named and reads it. */
  readUrl(url: string): Promise<void> {
    return this.#openWith(fileNameOf(url), async (engine, options) => {
      // The browser's own copy may be of another file, or of a redirect that is no more.
      const response = await fetch(url, { signal: options.signal, cache: 'no-cache' });
      if (!response.ok) {
        throw typedError('Network', `${url} answered ${response.status}; check the address.`);
      }
      return engine.ingest(await response.blob(), { title: fileNameOf(url), ...options });
    });
  }

  /** Opens a stored document. */
  open(id: string): Promise<void> {
    const title = this.state.documents.find((manifest) => manifest.id === id)?.title ?? id;
    return this.#openWith(title, (engine, options) => engine.documents.open(id, options));
  }

  /** Deletes a stored document, and closes it first when it is the open one. */
  delete(id: string): Promise<void> {
    return this.#run('reading', '', async () => {
      const title = this.state.documents.find((manifest) => manifest.id === id)?.title ?? id;
      if (this.state.document?.manifest.id === id) await this.#closeDocument();
      await this.#engine?.documents.delete(id);
      this.#set({ status: `Deleted ${title}.` });
    });
  }

  /** Deletes a stored model file; the engine goes on with what it has loaded. */
  deleteModel(url: string): Promise<void> {
    return this.#run('reading', '', async () => {
      await this.#engine?.models.delete(url);
      this.#set({ status: `Deleted ${fileNameOf(url)}.` });
    });
  }

  /** Asks the open document, as the next question of the conversation about it. */
  ask(question: string): Promise<void> {
    const conversation = this.#conversation;
    if (!conversation) return Promise.resolve();
    return this.#run('asking', '', async (options) => {
      const earlier = this.state.exchanges;
      let exchange: Exchange = { question, text: '', isStopped: false };
      const show = (change: Partial<Exchange>) => {
        exchange = { ...exchange, ...change };
        this.#set({ exchanges: [...earlier, exchange] });
      };
      show({});
      try {
        const stream = conversation.ask(question, options);
        const found = stream.evidence().then((evidence) => {
          show({ evidence });
          this.#set({ status: `${passagesFound(evidence.length)}; the answer is being written.` });
          dispatch(this.#host, 'longread-evidence', evidence);
        });
        found.catch(() => undefined); // the answer fails with it
        for await (const piece of stream) show({ text: exchange.text + piece.text });
        await found;
        const answer = await stream.result();
        show({ text: answer.text, evidence: answer.evidence, answer });
        this.#set({ status: `The answer is complete. ${passagesFound(answer.evidence.length)}.` });
        dispatch(this.#host, 'longread-answer', answer);
      } catch (error) {
        const isBegun = exchange.text !== '' || exchange.evidence !== undefined;
        if (isBegun) show({ isStopped: true });
        else this.#set({ exchanges: earlier });
        throw error;
      }
    });
  }

  /** Lets the load go on without measuring the rest. */
  skipTuning(): void {
    this.#skip?.abort();
  }

  /** Stops what is running; what was stored stays. */
  cancel(): void {
    if (!this.#abort) return;
    this.#set({ isCancelling: true });
    this.#abort.abort();
  }

  /** Stops what is running and lets go of the engine. */
  close(): Promise<void> {
    return this.#run('idle', '', () => this.#release());
  }

  dismissError(): void {
    this.#set({ error: undefined });
  }

  /** Shows why what the reader gave is not taken. */
  refuse(message: string): void {
    this.#report({ code: 'InvalidInput', message });
  }

  /** Shows a line until the next call. */
  notify(notice: string): void {
    this.#set({ notice });
  }

  #openWith(
    title: string,
    open: (engine: Engine, options: Required<CallOptions>) => Promise<LongreadDocument>,
    notice = '',
  ): Promise<void> {
    const work: Work = async (options) => {
      if (!this.#engine)
        throw typedError('InvalidInput', 'No model is loaded; load one, then open a document.');
      // The one that is open stays so until the next is known to be good.
      const document = await open(this.#engine, options);
      await this.#closeDocument();
      this.#conversation = document.conversation();
      this.#set({ document, status: `${document.manifest.title} is ready for questions.` });
      dispatch(this.#host, 'longread-document', document.manifest);
    };
    return this.#run('reading', title, work, { notice });
  }

  /** Runs one call after the one before it has stopped; turns its failure, which is about a file or document, into state. */
  #run(phase: Phase, title: string, work: Work, { about = title, notice = '' } = {}): Promise<void> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    const previous = this.#running;
    this.#running = previous.then(async () => {
      const isCancelling = abort.signal.aborted;
      this.#set({ phase, title, notice, progress: undefined, error: undefined, isCancelling });
      await this.#attempt(async () => {
        abort.signal.throwIfAborted();
        await work({ signal: abort.signal, onProgress: (progress) => this.#onProgress(progress) });
      }, about);
      await this.#attempt(() => this.#refreshStored());
      if (this.#abort === abort) this.#abort = undefined;
      this.#set({ phase: this.#engine ? 'ready' : 'idle', progress: undefined, isCancelling: false });
    });
    return this.#running;
  }

  #onProgress(progress: Progress): void {
    const isNewPhase = this.state.progress?.phase !== progress.phase;
    this.#set({ progress, ...(isNewPhase && { progressStartMs: performance.now() }) });
    dispatch(this.#host, 'longread-progress', progress);
  }

  async #attempt(step: () => Promise<void>, about = ''): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (isAbort(error)) {
        this.#set({ status: 'Cancelled.' });
        return;
      }
      this.#report(reportAbout(about, reportOf(error)));
    }
  }

  #report(report: ErrorReport): void {
    this.#set({ error: report });
    dispatch(this.#host, 'longread-error', report);
  }

  async #adopt(engine: Engine, isOwned: boolean): Promise<void> {
    this.#engine = engine;
    this.#ownsEngine = isOwned;
    const info = await engine.info();
    this.#set({ info, status: 'The model is ready.' });
    dispatch(this.#host, 'longread-ready', info);
  }

  async #release(): Promise<void> {
    await this.#closeDocument();
    const engine = this.#engine;
    this.#engine = undefined;
    this.#set({ info: undefined, documents: [], models: [] });
    if (this.#ownsEngine) await engine?.dispose();
  }

  async #closeDocument(): Promise<void> {
    const { document } = this.state;
    this.#conversation = undefined;
    this.#set({ document: undefined, exchanges: [] });
    await document?.close();
  }

  async #refreshStored(): Promise<void> {
    const [documents = [], models = []] = await Promise.all([
      this.#engine?.documents.list(),
      this.#engine?.models.list(),
    ]);
    this.#set({ documents, models });
  }

  #set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    this.#host.requestUpdate();
  }
}

function passagesFound(count: number): string {
  return `${count} ${count === 1 ? 'passage was' : 'passages were'} found`;
}
