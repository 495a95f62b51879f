// The page that Playwright drives: the public API behind a driver whose arguments and results are plain data.
import { errorToData, InvalidInputError, LongreadError, NetworkError } from '@longread/core';
import type { Outcome, PageDocument, PageDriver, PageSource } from '@longread/driver/page-driver';
import { listStored, receiveStored, removeStored, sendStored } from './stored.ts';
import { writtenBytes } from './written.ts';
import {
  createEngine,
  type CallOptions,
  type DocumentSet,
  type Engine,
  type LongreadDocument,
  type Progress,
} from 'longread';

const progressIntervalMs = 100;

let engine: Engine | undefined;
let book: LongreadDocument | undefined;
/** Documents that are asked as one, in the place of `book`. */
let together: DocumentSet | undefined;
/** Of the last document, which an engine created since can open. */
let bookId: string | undefined;
let exported: Blob | undefined;
let running: AbortController | undefined;
let abortPhase: { readonly phase: Progress['phase']; readonly delayMs: number } | undefined;
let cancelMs: number | undefined;

function createProgressReporter(): (progress: Progress) => void {
  let phase = '';
  let reportedAt = 0;
  return (progress) => {
    const now = performance.now();
    const isEdge = progress.phase !== phase || progress.done === progress.total;
    if (!isEdge && now - reportedAt < progressIntervalMs) return;
    phase = progress.phase;
    reportedAt = now;
    window.longreadProgress?.(progress);
  };
}

async function call<T>(work: (options: Required<CallOptions>) => Promise<T>): Promise<Outcome<T>> {
  const controller = new AbortController();
  const report = createProgressReporter();
  let wanted = abortPhase;
  let firedAt: number | undefined;
  controller.signal.addEventListener('abort', () => (firedAt = performance.now()));
  running = controller;
  abortPhase = cancelMs = undefined;
  const onProgress = (progress: Progress): void => {
    if (progress.phase === wanted?.phase) {
      if (wanted.delayMs === 0) controller.abort();
      else setTimeout(() => controller.abort(), wanted.delayMs);
      wanted = undefined;
    }
    report(progress);
  };
  try {
    return { value: await work({ signal: controller.signal, onProgress }) };
  } catch (error) {
    if (firedAt !== undefined) cancelMs = performance.now() - firedAt;
    if (error instanceof LongreadError) return { error: errorToData(error) };
    throw error;
  } finally {
    if (running === controller) running = undefined;
  }
}

function current<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new InvalidInputError(`The driven page has no ${name} yet.`);
  return value;
}

/** The file at an address of the command's own server, which says in words why it has none. */
async function fetchFile(url: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal, cache: 'no-store' });
  if (response.ok) return response.blob();
  const reason = (await response.text()).trim();
  throw new NetworkError(`The document did not arrive (HTTP status ${response.status}): ${reason}.`, {
    status: response.status,
  });
}

const sourceOf = (source: PageSource, signal: AbortSignal): Promise<Blob> | string =>
  'text' in source ? source.text : fetchFile(source.url, signal);

function describe(document: LongreadDocument, phases = document.phases): PageDocument {
  const { id, title, numTokens, numChunks, settings } = document.manifest;
  const { opened, notes, memory } = document;
  return { id, title, numTokens, numChunks, exitLayer: settings.exitLayer, opened, notes, phases, memory };
}

/** What is open makes place for another. */
async function closeOpen(): Promise<void> {
  await book?.close();
  await together?.close();
  book = together = undefined;
}

function describeSet({ documents, phases, memory }: DocumentSet): PageDocument {
  const sum = (of: 'numTokens' | 'numChunks') => documents.reduce((total, each) => total + each[of], 0);
  return {
    id: documents.map(({ id }) => id).join(' '),
    title: documents.map(({ title }) => title).join(', '),
    numTokens: sum('numTokens'),
    numChunks: sum('numChunks'),
    exitLayer: documents[0]?.settings.exitLayer ?? 0,
    opened: true,
    notes: [],
    phases,
    memory,
  };
}

async function openStored(id: string, options: CallOptions): Promise<PageDocument> {
  await closeOpen();
  book = await current(engine, 'engine').documents.open(id, options);
  bookId = id;
  return describe(book);
}

const driver: PageDriver = {
  create: (options) =>
    call(async (callOptions) => {
      await engine?.dispose();
      book = together = undefined;
      engine = await createEngine({ ...options, ...callOptions });
      return engine.info();
    }),
  ingest: (options) =>
    call(async (callOptions) => {
      const source = await sourceOf(options, callOptions.signal);
      await closeOpen();
      book = await current(engine, 'engine').ingest(source, { ...options, ...callOptions });
      bookId = book.manifest.id;
      return describe(book);
    }),
  check: (question, options) =>
    call(async (callOptions) => {
      await current(engine, 'engine').check(question, { ...options, ...callOptions });
      return null;
    }),
  ask: (question, options) =>
    call((callOptions) =>
      current(together ?? book, 'document')
        .ask(question, { ...options, ...callOptions })
        .result(),
    ),
  append: (given) =>
    call(async (callOptions) => {
      const document = current(book, 'document');
      const source = await sourceOf(given, callOptions.signal);
      return describe(document, await document.append(source, callOptions));
    }),
  reopen: () => call((callOptions) => openStored(current(bookId, 'document'), callOptions)),
  keepExport: () =>
    call(async () => {
      exported = await new Response(await current(book, 'document').export()).blob();
      return exported.size;
    }),
  keptBytes: (start, end) =>
    call(async () => {
      const bytes = await current(exported, 'exported file').slice(start, end).arrayBuffer();
      return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
    }),
  importKept: () =>
    call(async (callOptions) => {
      const { documents } = current(engine, 'engine');
      const { id } = await documents.import(current(exported, 'exported file'), callOptions);
      book = await documents.open(id, callOptions);
      return describe(book);
    }),
  forget: () =>
    call(async () => {
      const ids = together?.documents.map(({ id }) => id) ?? [current(book, 'document').manifest.id];
      await closeOpen();
      for (const id of ids) await current(engine, 'engine').documents.delete(id);
      return null;
    }),
  stored: () => call(listStored),
  written: () => Promise.resolve({ value: writtenBytes() }),
  open: (id) => call((callOptions) => openStored(id, callOptions)),
  together: (ids) =>
    call(async (callOptions) => {
      await closeOpen();
      together = await current(engine, 'engine').documents.together(ids, callOptions);
      return describeSet(together);
    }),
  remove: (id) =>
    call(async () => {
      await removeStored(id);
      return null;
    }),
  send: (id) => call(({ signal }) => sendStored(id, signal)),
  receive: (url) => call((callOptions) => receiveStored(url, callOptions)),
  info: () => call(() => current(engine, 'engine').info()),
  measureHeads: (sample, sets) =>
    call((callOptions) =>
      current(engine, 'engine').measureHeads(sample, { ...callOptions, ...(sets && { sets }) }),
    ),
  models: () => call(() => current(engine, 'engine').models.list()),
  forgetModel: (url) =>
    call(async () => {
      await current(engine, 'engine').models.delete(url);
      return null;
    }),
  abort: () => running?.abort(),
  abortAt: (phase, delayMs = 0) => {
    abortPhase = { phase, delayMs };
  },
  cancelMs: () => cancelMs,
  dispose: () =>
    call(async () => {
      await engine?.dispose();
      engine = book = together = undefined;
      return null;
    }),
};

window.longreadDriver = driver;
