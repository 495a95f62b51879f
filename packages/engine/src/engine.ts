// The public engine over a host: documents as objects, answers as async iterables. The same for a worker and in place.
import { describeNote } from '@longread/core';
import type {
  Answer,
  AnswerPiece,
  AnswerStream,
  AskOptions,
  CallOptions,
  Conversation,
  Engine,
  LongreadDocument,
  Turn,
} from './api.ts';
import type { EngineHost, HostEvent } from './host/host.ts';
import type { Listeners } from './host/listeners.ts';
import type { DocumentInfo } from './host/open-documents.ts';

/** @param events what the host tells, from its creation on. */
export function engineOf(host: EngineHost, events: Listeners<HostEvent>): Engine {
  const documentOf = ({ handle, manifest, opened, phases, memory }: DocumentInfo): LongreadDocument => {
    let current = manifest;
    return {
      get manifest() {
        return current;
      },
      opened,
      get notes() {
        return current.parts.flatMap((part) => part.notes.map(describeNote));
      },
      phases,
      memory,
      ask: (question, options = {}) => askStream(host, handle, question, options),
      conversation: () => conversationOf((question, options) => askStream(host, handle, question, options)),
      append: async (source, options = {}) => {
        try {
          const info = await host.append(handle, source, options);
          current = info.manifest;
          return info.phases;
        } catch (error) {
          // Its whole chunks are stored; a host that cannot list has said why already.
          const stored = await host.list().catch(() => []);
          current = stored.find(({ id }) => id === current.id) ?? current;
          throw error;
        }
      },
      export: () => host.exportDocument(manifest.id),
      close: () => host.close(handle),
    };
  };
  return {
    documents: {
      list: () => host.list(),
      open: async (id, options = {}) => documentOf(await host.open(id, options)),
      delete: (id) => host.delete(id),
      usage: () => host.usage(),
      evict: (bytes) => host.evict(bytes),
      export: (id) => host.exportDocument(id),
      import: (source, options = {}) => {
        askToPersist();
        return host.importDocument(source, options);
      },
      onChange: (listener) =>
        events.add((event) => {
          if ('document' in event) listener(event.document);
        }),
    },
    models: {
      list: () => host.listModels(),
      delete: (url) => host.deleteModel(new URL(url, location.href).href),
    },
    ingest: async (source, options = {}) => {
      askToPersist();
      const { title = titleOf(source), maxTokens = 0, reuse = true } = options;
      return documentOf(await host.ingest(source, { title, maxTokens, reuse }, options));
    },
    info: () => host.info(),
    onDeviceLost: (listener) =>
      events.add((event) => {
        if ('deviceLost' in event) listener(event.deviceLost);
      }),
    dispose: () => host.dispose(),
  };
}

function conversationOf(ask: (question: string, options: AskOptions) => AnswerStream): Conversation {
  const turns: Turn[] = [];
  return {
    turns,
    ask: (question, options = {}) => {
      const stream = ask(question, { ...options, history: [...turns] });
      let noted = false;
      const note = (answer: Answer): Answer => {
        if (!noted) turns.push({ question, answer: answer.text });
        noted = true;
        return answer;
      };
      return {
        result: async () => note(await stream.result()),
        async *[Symbol.asyncIterator]() {
          yield* stream;
          note(await stream.result());
        },
      };
    },
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
