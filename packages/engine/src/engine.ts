// The public engine over a host: documents as objects, answers as async iterables. The same for a worker and in place.
import type {
  Answer,
  AnswerPiece,
  AnswerStream,
  AskOptions,
  CallOptions,
  Engine,
  LongreadDocument,
} from './api.ts';
import type { DocumentInfo, EngineHost } from './host.ts';

export function engineOf(host: EngineHost): Engine {
  const documentOf = ({ handle, manifest, opened, phases, memory }: DocumentInfo): LongreadDocument => ({
    manifest,
    opened,
    phases,
    memory,
    ask: (question, options = {}) => askStream(host, handle, question, options),
    close: () => host.close(handle),
  });
  return {
    documents: {
      list: () => host.list(),
      open: async (id, options = {}) => documentOf(await host.open(id, options)),
      delete: (id) => host.delete(id),
    },
    ingest: async (source, options = {}) => {
      askToPersist();
      const { title = titleOf(source), maxTokens = 0, reuse = true } = options;
      return documentOf(await host.ingest(source, { title, maxTokens, reuse }, options));
    },
    info: () => host.info(),
    dispose: () => host.dispose(),
  };
}

/** Asks the browser not to clear stored documents on its own. Only a page may ask; a worker's navigator lacks the method. */
function askToPersist(): void {
  const storage: Partial<Pick<StorageManager, 'persisted'>> & { persist?: () => Promise<boolean> } =
    navigator.storage;
  void storage.persist?.().catch(() => false); // a browser that refuses keeps documents as long as it likes
}

function titleOf(source: unknown): string {
  return source instanceof File ? source.name : 'Untitled';
}

function askStream(
  host: EngineHost,
  handle: number,
  question: string,
  { signal, onProgress, ...options }: AskOptions & CallOptions,
): AnswerStream {
  let started: { result: Promise<Answer>; pieces: ReadableStream<AnswerPiece> } | undefined;
  const start = () => {
    if (started) return started;
    // A reader who stops early cancels the call.
    const stopped = new AbortController();
    const either = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal;
    let result: Promise<Answer> | undefined;
    const pieces = new ReadableStream<AnswerPiece>({
      start: (controller) => {
        result = host.ask(handle, question, options, {
          signal: either,
          onProgress,
          onPiece: (text) => controller.enqueue({ text }),
        });
        result.then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        );
      },
      cancel: () => stopped.abort(),
    });
    started = { result: result as unknown as Promise<Answer>, pieces };
    started.result.catch(() => undefined); // whoever awaits or iterates sees it
    return started;
  };
  return {
    result: () => start().result,
    [Symbol.asyncIterator]: () => readAll(start().pieces),
  };
}

async function* readAll<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
