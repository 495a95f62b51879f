// Documents are read, opened and closed. The one that is open stays so until the next is known to be good.
import type { CallOptions, DocumentSource, Engine, LongreadDocument, Progress } from 'longread';
import { dispatch } from '../events.ts';
import { textOfString, type TextSource } from '../source/text-source.ts';
import { fileNameOf } from '../words.ts';
import { askedOf } from './asked.ts';
import type { BegunSources } from './begun-sources.ts';
import type { Calls } from './calls.ts';
import { givenDocument, type GivenSource } from './given-document.ts';
import { typedError, type Exchange } from './state.ts';

/** Failures after which what was stored is whole, and reading goes on when their cause is gone. */
const passing: ReadonlySet<string> = new Set(['StorageQuota', 'DeviceLost', 'OutOfMemory']);

export class Reading {
  readonly #calls: Calls;
  readonly #recall: (id: string) => Promise<readonly Exchange[]>;
  readonly #begun: BegunSources;
  #reading: Promise<void> = Promise.resolve();
  #stopped:
    | { readonly source: GivenSource; readonly title: string; readonly text: TextSource | undefined }
    | undefined;

  /** @param recall what was asked of a document before. */
  constructor(calls: Calls, recall: (id: string) => Promise<readonly Exchange[]>, begun: BegunSources) {
    this.#calls = calls;
    this.#begun = begun;
    this.#recall = recall;
  }

  /** Reads a document, or opens it when it was read before. */
  read(source: GivenSource, title: string): Promise<void> {
    return (this.#reading = this.#read(source, title));
  }

  /** Stops the reading that runs; resolves when what is stored of the document is open, if anything is. */
  async pause(): Promise<void> {
    this.#calls.cancel();
    await this.#reading;
  }

  /** Goes on with the reading that was stopped, at its last whole chunk. What was asked meanwhile stays in sight. */
  async resume(): Promise<void> {
    const calls = this.#calls;
    const stopped = this.#stopped;
    if (!stopped) return;
    const { exchanges } = calls.state;
    const { document } = calls.state;
    calls.set({ document: undefined, readSoFar: undefined, text: stopped.text, exchanges });
    await document?.close(); // a document is read or asked
    await this.read(stopped.source, stopped.title);
  }

  /** Fetches a document that the page named and reads it. */
  async readUrl(url: string): Promise<void> {
    await this.#openWith(fileNameOf(url), async (engine, options) => {
      // The browser's own copy may be of another file, or of a redirect that is no more.
      const response = await fetch(url, { signal: options.signal, cache: 'no-cache' });
      if (!response.ok) {
        const { status } = response;
        throw typedError('Network', this.#calls.words.say('httpStatus', { url, status: String(status) }));
      }
      const file = new File([await response.blob()], fileNameOf(url));
      const document = await givenDocument(file, file.name, options);
      return engine.ingest(document.source, { ...document, ...options });
    });
  }

  /** Opens a stored document; one that was not read to its end can go on where its source is kept. */
  async open(id: string): Promise<void> {
    const calls = this.#calls;
    this.#stopped = undefined;
    await this.#open(id);
    const { document, text } = calls.state;
    if (document?.manifest.id !== id || document.manifest.state !== 'reading') return;
    const { title, numChars } = document.manifest;
    const begun = await this.#begun.recall(title);
    if (!begun || calls.state.document !== document) return;
    this.#stopped = { source: begun.source, title, text };
    calls.set({ readSoFar: Math.min(0.99, numChars / Math.max(1, begun.numChars)) });
  }

  async #open(id: string): Promise<void> {
    await this.#openWith(this.#calls.titleOf(id), (engine, options) => engine.documents.open(id, options));
  }

  async #read(source: GivenSource, title: string): Promise<void> {
    const calls = this.#calls;
    this.#stopped = undefined;
    let readSoFar = 0;
    let name = title;
    let shown = askedOf(calls.state) ? undefined : calls.state.text;
    const isCut = await this.#openWith(title, async (engine, options) => {
      const { text, ...document } = await givenDocument(source, title, options);
      name = document.title;
      if (text !== undefined) shown = textOfString(name, text);
      if (!askedOf(calls.state)) calls.set({ text: shown });
      await this.#keep(name, document.source, text);
      const onProgress = (progress: Progress): void => {
        if (progress.phase === 'compress') readSoFar = progress.done / Math.max(1, progress.total);
        options.onProgress(progress);
      };
      return engine.ingest(document.source, { ...document, signal: options.signal, onProgress });
    });
    const begun = calls.state.documents.find((each) => each.state === 'reading' && each.title === name);
    if (!begun && calls.engine) await this.#begun.forget(name);
    const canBeReadAgain = typeof source === 'string' || source instanceof Blob || Array.isArray(source);
    const openId = (): string | undefined => calls.state.document?.manifest.id;
    if (!isCut || !canBeReadAgain || askedOf(calls.state)) return;
    this.#stopped = { source, title, text: shown };
    // What is stored of it can be asked.
    if (!begun) return;
    const { error } = calls.state;
    await this.#open(begun.id);
    if (openId() === begun.id) calls.set({ readSoFar, error });
  }

  async #keep(title: string, source: DocumentSource, text: string | undefined): Promise<void> {
    if (typeof source !== 'string' && !(source instanceof Blob)) return;
    const numChars = text?.length ?? (typeof source === 'string' ? source.length : source.size);
    await this.#begun.keep(title, { source, numChars }, this.#calls.state.documents);
  }

  /** True when it was stopped or cannot go on for now, and nothing runs in its place. */
  async #openWith(
    title: string,
    open: (engine: Engine, options: Required<CallOptions>) => Promise<LongreadDocument>,
  ): Promise<boolean> {
    const calls = this.#calls;
    const outcome = { isStopped: false };
    const running = calls.run(
      'reading',
      async (options) => {
        options.signal.addEventListener('abort', () => (outcome.isStopped = true));
        const document = await open(calls.needEngine(), options);
        outcome.isStopped = false;
        const exchanges = await this.#recall(document.manifest.id);
        await calls.openDocument(document);
        const { title: name } = document.manifest;
        calls.set({ exchanges, status: calls.words.say('isReady', { title: name }) });
        dispatch(calls.host, 'longread-document', document.manifest);
      },
      { title },
    );
    const own = calls.numRuns;
    await running;
    // A text that was shown while it was read, and is no document.
    if (!askedOf(calls.state)) calls.set({ text: undefined });
    const { error } = calls.state;
    return (outcome.isStopped || passing.has(error?.code ?? '')) && own === calls.numRuns;
  }
}
