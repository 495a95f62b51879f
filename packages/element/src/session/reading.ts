// Documents are read, opened and closed. The one that is open stays so until the next is known to be good.
import type {
  CallOptions,
  DocumentSource,
  Engine,
  IngestOptions,
  LongreadDocument,
  PresetName,
  Progress,
} from 'longread';
import { dispatch } from '../events.ts';
import { textOfString, type TextSource } from '../source/text-source.ts';
import { fileNameOf } from '../words.ts';
import { askedOf } from './asked.ts';
import type { BegunSources } from './begun-sources.ts';
import type { Calls } from './calls.ts';
import { givenDocument, type GivenSource } from './given-document.ts';
import { presetOf } from './sharing.ts';
import { typedError, type Exchange } from './state.ts';

/** Failures after which what was stored is whole, and reading goes on when their cause is gone. */
const passing: ReadonlySet<string> = new Set(['StorageQuota', 'DeviceLost', 'OutOfMemory']);

/** A reading that was stopped. */
interface Stopped {
  readonly again: () => Promise<void>;
  readonly text: TextSource | undefined;
}

/** Reads; tells first what is read, as soon as that is known. */
type Begin = (
  engine: Engine,
  options: Required<CallOptions>,
  tell: (title: string, source: DocumentSource, text: string | undefined) => Promise<void>,
) => Promise<LongreadDocument>;

export class Reading {
  readonly #calls: Calls;
  readonly #recall: (id: string) => Promise<readonly Exchange[]>;
  readonly #begun: BegunSources;
  readonly #wanted: () => PresetName | undefined;
  #reading: Promise<void> = Promise.resolve();
  #stopped: Stopped | undefined;

  /**
   * @param recall what was asked of a document before.
   * @param wanted how deep a document is read where nobody says: the engine's own preset when undefined.
   */
  constructor(
    calls: Calls,
    recall: (id: string) => Promise<readonly Exchange[]>,
    begun: BegunSources,
    wanted: () => PresetName | undefined,
  ) {
    this.#calls = calls;
    this.#begun = begun;
    this.#recall = recall;
    this.#wanted = wanted;
  }

  /** Reads a document, or opens it when it was read before in the same preset. */
  read(source: GivenSource, title: string, preset = this.#wanted()): Promise<void> {
    return (this.#reading = this.#read(source, title, preset));
  }

  /** Reads a stored document again, deeper, from its stored text, and opens that; what there was of it stays. */
  reread(id: string, preset: PresetName): Promise<void> {
    return (this.#reading = this.#reread(id, preset));
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
    await stopped.again();
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
      return engine.ingest(document.source, { ...document, ...options, ...inPreset(this.#wanted()) });
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
    const { info } = calls.state;
    const preset = info && presetOf(document.manifest, info)?.name;
    this.#stopped = { again: () => this.read(begun.source, title, preset), text };
    calls.set({ readSoFar: Math.min(0.99, numChars / Math.max(1, begun.numChars)) });
  }

  async #open(id: string): Promise<void> {
    await this.#openWith(this.#calls.titleOf(id), (engine, options) => engine.documents.open(id, options));
  }

  async #read(source: GivenSource, title: string, preset: PresetName | undefined): Promise<void> {
    const canGoOn = typeof source === 'string' || source instanceof Blob || Array.isArray(source);
    const again = canGoOn ? () => this.read(source, title, preset) : undefined;
    await this.#readWith(title, again, async (engine, options, tell) => {
      const { text, ...document } = await givenDocument(source, title, options);
      await tell(document.title, document.source, text);
      return engine.ingest(document.source, { ...document, ...options, ...inPreset(preset) });
    });
  }

  async #reread(id: string, preset: PresetName): Promise<void> {
    const calls = this.#calls;
    const title = calls.titleOf(id);
    await this.#readWith(
      title,
      () => this.reread(id, preset),
      async (engine, options, tell) => {
        const { document: open } = calls.state;
        const isOpen = open?.manifest.id === id;
        const stored = isOpen ? open : await engine.documents.open(id, options);
        try {
          const text = await stored.text();
          await tell(title, text, text);
          return await stored.reread(preset, options);
        } finally {
          if (!isOpen) await stored.close();
        }
      },
    );
  }

  /**
   * Reads, and where that is stopped opens what there is of the document.
   * @param again goes on with it; none where its source can be read only once.
   */
  async #readWith(title: string, again: (() => Promise<void>) | undefined, begin: Begin): Promise<void> {
    const calls = this.#calls;
    this.#stopped = undefined;
    let readSoFar = 0;
    let name = title;
    let shown = askedOf(calls.state) ? undefined : calls.state.text;
    const isCut = await this.#openWith(title, (engine, { signal, onProgress }) => {
      const watched = (progress: Progress): void => {
        if (progress.phase === 'compress') readSoFar = progress.done / Math.max(1, progress.total);
        onProgress(progress);
      };
      return begin(engine, { signal, onProgress: watched }, async (own, source, text) => {
        name = own;
        if (text !== undefined) shown = textOfString(name, text);
        if (!askedOf(calls.state)) calls.set({ text: shown });
        await this.#keep(name, source, text);
      });
    });
    const begun = calls.state.documents.find((each) => each.state === 'reading' && each.title === name);
    if (!begun && calls.engine) await this.#begun.forget(name);
    if (!isCut || !again || askedOf(calls.state)) return;
    this.#stopped = { again, text: shown };
    // What is stored of it can be asked.
    if (!begun) return;
    const { error } = calls.state;
    await this.#open(begun.id);
    if (calls.state.document?.manifest.id === begun.id) calls.set({ readSoFar, error });
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

const inPreset = (preset: PresetName | undefined): Pick<IngestOptions, 'preset'> =>
  preset ? { preset } : {};
