// Documents are read, opened and closed. The one that is open stays so until the next is known to be good.
import type { CallOptions, DocumentSource, Engine, LongreadDocument } from 'longread';
import { dispatch } from '../events.ts';
import { textOfString } from '../source/text-source.ts';
import { fileNameOf } from '../words.ts';
import type { Calls } from './calls.ts';
import { typedError, type Exchange } from './state.ts';

/** Reads files of any kind with the reader of their kind, and hands their text to the engine. */
async function ingestFiles(
  engine: Engine,
  files: Blob | readonly Blob[],
  options: Required<CallOptions>,
): Promise<LongreadDocument> {
  const { readDocument } = await import('@longread/readers'); // as the engine: loaded when it is used
  const document = await readDocument(files, { signal: options.signal });
  return engine.ingest(document.source, { ...document, ...options });
}

function isFiles(source: DocumentSource | readonly File[]): source is readonly File[] {
  return Array.isArray(source);
}

export class Reading {
  readonly #calls: Calls;
  readonly #recall: (id: string) => Promise<readonly Exchange[]>;

  /** @param recall what was asked of a document before. */
  constructor(calls: Calls, recall: (id: string) => Promise<readonly Exchange[]>) {
    this.#calls = calls;
    this.#recall = recall;
  }

  /** Reads a document, or opens it when it was read before. `notice` is shown until the next call. */
  read(source: DocumentSource | readonly File[], title: string, notice = ''): Promise<void> {
    return this.#openWith(
      title,
      (engine, options) => {
        if (source instanceof Blob || isFiles(source)) return ingestFiles(engine, source, options);
        this.#preview(source, title);
        return engine.ingest(source, { title, ...options });
      },
      notice,
    );
  }

  /** Fetches a document that the page named and reads it. */
  readUrl(url: string): Promise<void> {
    return this.#openWith(fileNameOf(url), async (engine, options) => {
      // The browser's own copy may be of another file, or of a redirect that is no more.
      const response = await fetch(url, { signal: options.signal, cache: 'no-cache' });
      if (!response.ok) {
        const { status } = response;
        throw typedError('Network', this.#calls.words.say('httpStatus', { url, status: String(status) }));
      }
      return ingestFiles(engine, new File([await response.blob()], fileNameOf(url)), options);
    });
  }

  /** Opens a stored document. */
  open(id: string): Promise<void> {
    return this.#openWith(this.#calls.titleOf(id), (engine, options) => engine.documents.open(id, options));
  }

  async #openWith(
    title: string,
    open: (engine: Engine, options: Required<CallOptions>) => Promise<LongreadDocument>,
    notice = '',
  ): Promise<void> {
    const calls = this.#calls;
    await calls.run(
      'reading',
      async (options) => {
        const document = await open(calls.needEngine(), options);
        const exchanges = await this.#recall(document.manifest.id);
        await calls.openDocument(document);
        const { title: name } = document.manifest;
        calls.set({ exchanges, status: calls.words.say('isReady', { title: name }) });
        dispatch(calls.host, 'longread-document', document.manifest);
      },
      { title, notice },
    );
    // A text that was shown while it was read, and is no document.
    if (!calls.state.document) calls.set({ text: undefined });
  }

  /** A text at hand is shown while it is read, where no other document is open. */
  #preview(source: DocumentSource, title: string): void {
    const isEmpty = this.#calls.state.document === undefined;
    if (typeof source === 'string' && isEmpty) this.#calls.set({ text: textOfString(title, source) });
  }
}
