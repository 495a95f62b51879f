// The public engine over a host: documents as objects, answers as async iterables, and one end for all of it. The same for a worker
// and in place.
import { ClosedError, describeNote, InvalidInputError, outlineOf, throwIfAborted } from '@longread/core';
import type {
  AnswerStream,
  AnswerWith,
  AskOptions,
  Chat,
  ChatCallOptions,
  ChatRequest,
  DocumentPlan,
  DocumentSet,
  DocumentSize,
  Engine,
  LongreadDocument,
  ModelPlan,
  ModelSource,
  Plan,
  PlanOptions,
} from './api.ts';
import type { Answerer } from './chat/completions.ts';
import { checkedIds, isSize, titleOf } from './given.ts';
import { answerStream, conversationOf } from './host/answer-stream.ts';
import { disposedError, graceMs, within } from './host/ending.ts';
import type { EngineHost, HostAskOptions, HostEvent } from './host/engine-host.ts';
import type { Lifetime } from './host/lifetime.ts';
import type { Listeners } from './host/listeners.ts';
import type { DocumentInfo, DocumentsInfo } from './host/open-documents.ts';
import { withSource } from './host/sources.ts';
import { lateScript } from './late-script.ts';
import { addressOf } from './model/address.ts';
import { isFiles, ofOneFolder } from './model/is-files.ts';
import { absoluteUrl, baseUrl } from './platform.ts';

type Ask = (question: string, options: AskOptions) => AnswerStream;

/** A document that is open, or several as one. */
interface OpenHere {
  readonly ids: readonly string[];
  readonly title: string;
  readonly ask: Ask;
  /** It has another title from now on. */
  readonly rename: (title: string) => void;
}

/**
 * @param life ends with the engine, or before when the host fails.
 * @param events what the host tells, from its creation on.
 * @param onStoring called before something is stored that is to stay.
 */
export function engineOf(
  host: EngineHost,
  life: Lifetime,
  events: Listeners<HostEvent>,
  onStoring: () => void,
): Engine {
  /** The documents that are open, with what ends each. */
  const open = new Map<Lifetime, OpenHere>();
  const endDocument = (ofDocument: Lifetime) => {
    const document = open.get(ofDocument);
    if (!document) return;
    open.delete(ofDocument);
    const { ids, title } = document;
    const [id = ''] = ids;
    ofDocument.end(
      new ClosedError(`"${title}" was closed. Open it again by its id, ${ids.join(', ')}.`, { document: id }),
    );
  };
  const call = <T>(work: () => Promise<T>) => life.run({}, work);

  const askingOf =
    (own: Lifetime, handle: number): Ask =>
    (question, options) =>
      answerStream(options, (channel, { answerWith, ...settings }) =>
        own.run(channel, async (running) => {
          if (!answerWith) return host.ask(handle, question, settings, running);
          // Loaded only where it is asked for.
          const { answerElsewhere } = await lateScript(() => import('./elsewhere/answer-elsewhere.ts'));
          return answerElsewhere(answerWith, question, settings, running, {
            base: baseUrl(),
            gather: (gathering, gatherChannel) => host.ask(handle, question, gathering, gatherChannel),
          });
        }),
      );
  /** What documents and sets of them can be asked, and their end. */
  const askable = (own: Lifetime, handle: number, ask: Ask) => ({
    ask: (question: string, options: AskOptions = {}) => ask(question, options),
    contextUsage: (question: string, { signal, onProgress, ...settings }: AskOptions = {}) =>
      own.run({ signal, onProgress }, () => host.contextUsage(handle, question, askedHere(settings))),
    conversation: () => conversationOf(ask),
    close: async () => {
      endDocument(own);
      await call(() => host.close(handle)).catch((error: unknown) => {
        if (!life.hasEnded) throw error; // else it was closed with the engine
      });
    },
  });
  const setOf = ({ handle, manifests, phases, memory }: DocumentsInfo): DocumentSet => {
    const own = life.part();
    const ask = askingOf(own, handle);
    const title = manifests.map((manifest) => manifest.title).join(', ');
    open.set(own, { ids: manifests.map(({ id }) => id), title, ask, rename: () => undefined });
    return {
      ...{ documents: manifests, phases, memory },
      text: (id, start = 0, end) => own.run({}, () => host.text(handle, start, end, id)),
      ...askable(own, handle, ask),
    };
  };
  const documentOf = ({ handle, manifest, opened, phases, memory }: DocumentInfo): LongreadDocument => {
    const own = life.part();
    let current = manifest;
    let memoryOfLast = memory;
    const ask = askingOf(own, handle);
    const here: OpenHere = {
      ids: [manifest.id],
      get title() {
        return current.title;
      },
      ask,
      rename: (title) => (current = { ...current, title }),
    };
    open.set(own, here);
    return {
      get manifest() {
        return current;
      },
      opened,
      get notes() {
        return current.parts.flatMap((part) => part.notes.map(describeNote));
      },
      phases,
      get memory() {
        return memoryOfLast;
      },
      text: (start = 0, end) => own.run({}, () => host.text(handle, start, end)),
      outline: () =>
        own.run({}, () => {
          const { numChars } = current;
          return Promise.resolve(outlineOf(current).filter(({ start }) => start <= numChars));
        }),
      ...askable(own, handle, ask),
      append: (source, { outline, notes, ...options } = {}) =>
        withSource(source, (lent) =>
          own.run(options, async (channel) => {
            try {
              const info = await host.append(handle, lent, { outline, notes }, channel);
              current = info.manifest;
              memoryOfLast = info.memory;
              return info.phases;
            } catch (error) {
              // Its whole chunks are stored; a host that cannot list has said why already.
              const stored = await host.list().catch(() => []);
              current = stored.find(({ id }) => id === current.id) ?? current;
              throw error;
            }
          }),
        ),
      remove: async ({ start, end }, options = {}) => {
        current = (await own.run(options, (channel) => host.remove(handle, start, end, channel))).manifest;
      },
      restore: async ({ start, end }, options = {}) => {
        current = (await own.run(options, (channel) => host.restore(handle, start, end, channel))).manifest;
      },
      reread: async (preset, options = {}) => {
        const { title, parts } = current;
        const notes = parts.flatMap((part) => part.notes.filter(({ kind }) => kind === 'reader'));
        const text = await own.run(options, () => host.text(handle, 0, undefined));
        return ingest(text, {
          ...options,
          ...{ title, preset, outline: outlineOf(current), notes: notes.map(describeNote) },
        });
      },
      export: async () => life.stream(await own.run({}, () => host.exportDocument(current.id))),
    };
  };
  const ingest: Engine['ingest'] = async (source, options = {}) => {
    onStoring();
    const { title = titleOf(source), maxTokens = 0, reuse = true, preset, toAsk, outline, notes } = options;
    const asked = toAsk && { question: toAsk.question, options: askedHere(toAsk.options ?? {}) };
    const settings = { title, maxTokens, reuse, preset, outline, notes, ...(asked && { toAsk: asked }) };
    return documentOf(
      await withSource(source, (lent) =>
        life.run(options, (channel) => host.ingest(lent, settings, channel)),
      ),
    );
  };
  let disposed: Promise<void> | undefined;
  return {
    documents: {
      list: () => call(() => host.list()),
      open: async (id, options = {}) =>
        documentOf(await life.run(options, (channel) => host.open(id, channel))),
      together: async (ids, options = {}) =>
        setOf(await life.run(options, (channel) => host.openTogether(checkedIds(ids), channel))),
      rename: async (id, title) => {
        const manifest = await call(() => host.rename(id, title));
        for (const { ids, rename } of open.values())
          if (ids.length === 1 && ids.includes(id)) rename(manifest.title);
        return manifest;
      },
      delete: (id) => {
        for (const [ofDocument, { ids }] of open) if (ids.includes(id)) endDocument(ofDocument);
        return call(() => host.delete(id));
      },
      usage: () => call(() => host.usage()),
      evict: (bytes) => call(() => host.evict(bytes)),
      export: async (id) => life.stream(await call(() => host.exportDocument(id))),
      import: (source, options = {}) => {
        onStoring();
        return withSource(source, (lent) =>
          life.run(options, (channel) => host.importDocument(lent, channel)),
        );
      },
      onChange: (listener) =>
        events.add((event) => {
          if ('document' in event) listener(event.document);
        }),
    },
    models: {
      list: () => call(() => host.listModels()),
      delete: (url) => call(() => host.deleteModel(absoluteUrl(url))),
    },
    chat: lateChat({
      model: async () => (await call(() => host.info())).model,
      open: async (id, signal) => {
        if (id === undefined) {
          const ask = (question: string, options: AskOptions) =>
            answerStream(options, (channel, { answerWith, ...settings }) =>
              life.run(channel, async (running) => {
                if (!answerWith) return host.ask(undefined, question, settings, running);
                throw new InvalidInputError('answerWith sends passages: name the document that has them.', {
                  setting: 'answerWith',
                });
              }),
            );
          return { ask, close: () => Promise.resolve() };
        }
        const found = [...open.values()].find(({ ids }) => ids.length === 1 && ids.includes(id));
        if (found) return { ask: found.ask, close: () => Promise.resolve() };
        return documentOf(await life.run({ signal }, (channel) => host.open(id, channel)));
      },
    }),
    ingest,
    check: (question, { signal, onProgress, ...settings } = {}) =>
      life.run({ signal, onProgress }, () => host.check(question, askedHere(settings))),
    countTokens: (text, { signal } = {}) =>
      life.run({ signal }, async (channel) => {
        throwIfAborted(channel.signal, 'tokenize'); // a worker may have counted before it hears of it
        return host.countTokens(text, channel);
      }),
    plan: ((of: ModelSource | DocumentSize, { signal, ...settings }: PlanOptions = {}) =>
      life.run<ModelPlan | DocumentPlan>({ signal }, async (channel) =>
        isSize(of)
          ? host.planDocument(of)
          : host.planModel(isFiles(of) ? ofOneFolder(of) : addressOf(of), settings, channel),
      )) as Plan,
    info: () => call(() => host.info()),
    measureHeads: (sample, { sets, ...options } = {}) =>
      life.run(options, (channel) => host.measureHeads(sample, sets, channel)),
    onDeviceLost: (listener) =>
      events.add((event) => {
        if ('deviceLost' in event) listener(event.deviceLost);
      }),
    dispose: () =>
      (disposed ??= (async () => {
        life.end(disposedError());
        await within(graceMs, life.idle());
        await host.dispose();
      })()),
  };
}

/** Options without who else may answer, which is this page's matter: a key goes nowhere else. */
function askedHere(options: HostAskOptions & { readonly answerWith?: AnswerWith }): HostAskOptions {
  const settings: HostAskOptions & { answerWith?: AnswerWith } = { ...options };
  delete settings.answerWith;
  return settings;
}

/** Loaded with the first completion: most pages ask of none. */
function lateChat(answerer: Answerer): Chat {
  const create = async (request: ChatRequest, options?: ChatCallOptions): Promise<unknown> => {
    const { createChat } = await lateScript(() => import('./chat/completions.ts'));
    return createChat(answerer).completions.create(request as ChatRequest & { stream: true }, options);
  };
  return { completions: { create: create as Chat['completions']['create'] } };
}
