// The end of an engine and of a document, on a tiny model: everything rejects at once with ClosedError, running work stops, what was
// whole is stored, and nothing stays behind.
import { openDocumentStore } from '@longread/store';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Engine, LongreadDocument, Progress } from '../api.ts';
import { watchDevices, type Devices } from '../testing/devices.ts';
import { createTinyEngine, sharedEngine, tinyProse } from '../testing/tiny.ts';
import { watchWorkers, type Workers } from '../testing/workers.ts';

const text = tinyProse(60);
const long = tinyProse(3000, 5);
const settings = { maxNewTokens: 12, gather: { gatherSize: 64 } };
const closed = { name: 'ClosedError', code: 'Closed' };

let workers: Workers;
let devices: Devices;
beforeEach(() => {
  workers = watchWorkers();
  devices = watchDevices();
});
afterEach(() => {
  workers.release();
  devices.release();
});

const drained = async (pieces: AsyncIterable<unknown>) => {
  for await (const piece of pieces) expect(piece).toBeDefined();
};

/** Everything that can be asked of an engine and a document. */
function everyCall(engine: Engine, book: LongreadDocument): Record<string, Promise<unknown>> {
  const { documents, models } = engine;
  const { id } = book.manifest;
  return {
    ingest: engine.ingest(long),
    open: documents.open(id),
    append: book.append(text),
    result: book.ask('where?', settings).result(),
    iteration: drained(book.ask('where?', settings)),
    conversation: book.conversation().ask('where?', settings).result(),
    list: documents.list(),
    rename: documents.rename(id, 'Prose again'),
    delete: documents.delete('another'),
    usage: documents.usage(),
    evict: documents.evict(0),
    export: documents.export(id),
    'export of a document': book.export(),
    import: documents.import(new Blob(['nothing'])),
    models: models.list(),
    'delete of a model': models.delete('/none.gguf'),
    info: engine.info(),
  };
}

async function expectClosed(calls: Record<string, Promise<unknown>>): Promise<void> {
  const names = Object.keys(calls);
  const outcomes = await Promise.allSettled(Object.values(calls));
  const codes = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : outcome.status,
  );
  expect(Object.fromEntries(names.map((name, i) => [name, codes[i]]))).toMatchObject(
    Object.fromEntries(names.map((name) => [name, closed])),
  );
}

/** Resolves at the first report of a phase, and counts all reports. */
function watchProgress(wanted: Progress['phase']) {
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const seen = { reports: 0 };
  const onProgress = ({ phase, done }: Progress) => {
    seen.reports += 1;
    if (phase === wanted && done > 100) reach();
  };
  return { seen, reached, onProgress };
}

describe.each([
  { where: 'across the worker', worker: true },
  { where: 'in place', worker: false },
])('$where', ({ worker }) => {
  test('dispose ends all that runs, at once, and all that comes later', async () => {
    const database = `test ${crypto.randomUUID()}`;
    const engine = await createTinyEngine({ worker, database });
    const book = await engine.ingest(text, { title: 'Prose' });
    const exported = (await book.export()).getReader();
    await exported.read();
    const { seen, reached, onProgress } = watchProgress('compress');
    const reading = engine.ingest(long, { onProgress });
    const importing = engine.documents.import(new ReadableStream());
    await reached;
    const waiting = { ...everyCall(engine, book), reading, importing };
    const allEnded = Promise.allSettled(Object.values(waiting));
    // Answered without the device, maybe before the end: only how they end is told below.
    const early = [
      'list',
      'rename',
      'delete',
      'usage',
      'evict',
      'export',
      'export of a document',
      'import',
      'models',
      'delete of a model',
      'info',
    ];
    const calls = Object.fromEntries(Object.entries(waiting).filter(([name]) => !early.includes(name)));
    const disposing = engine.dispose();
    const ends = expectClosed({ ...calls, exported: exported.closed });
    const first = await Promise.race([ends.then(() => 'the calls'), disposing.then(() => 'the engine')]);
    expect(first).toBe('the calls');
    const { reports } = seen;
    await Promise.all([disposing, allEnded]);
    await expectClosed(everyCall(engine, book));
    await Promise.all([engine.dispose(), book.close(), book.close()]);
    expect(seen.reports).toBe(reports);
    if (worker) expect(workers.started.map(({ isTerminated }) => isTerminated)).toEqual([true]);
    else {
      expect(devices.count).toBe(1);
      await devices.gone();
    }

    const store = openDocumentStore(database);
    onTestFinished(() => store.close());
    const stored = (await store.list()).find(({ id }) => id !== book.manifest.id);
    expect(stored).toMatchObject({ state: 'reading' });
    expect(stored?.numChunks).toBeGreaterThan(0);
    expect(stored?.numTokens).toBe((stored?.numChunks ?? 0) * 64);
  });

  test('a closed document says which one it was, and the others go on', async () => {
    const engine = await sharedEngine({ worker });
    const book = await engine.ingest(tinyProse(60, 9), { title: 'Prose', reuse: false });
    const other = await engine.ingest(tinyProse(60, 2), { title: 'Other' });
    const before = await other.ask('where?', settings).result();
    const running = book.ask('where?', { ...settings, maxNewTokens: 200 });
    const pieces = running[Symbol.asyncIterator]();
    await pieces.next();
    const closing = book.close();
    const message = expect.stringContaining('"Prose" was closed') as unknown;
    await expect(running.result()).rejects.toMatchObject({ ...closed, message });
    await closing;
    await book.close();
    for (const call of [book.ask('where?').result(), book.append(text), book.export()]) {
      await expect(call).rejects.toMatchObject({
        ...closed,
        message,
        details: { document: book.manifest.id },
      });
    }
    await expect(drained(book.conversation().ask('where?'))).rejects.toMatchObject(closed);
    expect((await other.ask('where?', settings).result()).text).toBe(before.text);

    const again = await engine.documents.open(book.manifest.id);
    await engine.documents.delete(book.manifest.id);
    await expect(again.ask('where?').result()).rejects.toMatchObject({ ...closed, message });
  });

  test('a load that is cancelled leaves nothing behind', async () => {
    const phases: Progress['phase'][] = ['verify', 'load'];
    for (const wanted of phases) {
      const controller = new AbortController();
      const cause = new Error('The page was left.');
      const loading = createTinyEngine({
        worker,
        signal: controller.signal,
        onProgress: ({ phase }) => {
          if (phase === wanted) controller.abort(cause);
        },
      });
      await expect(loading, wanted).rejects.toMatchObject({ code: 'Aborted', cause });
    }
    await expect(createTinyEngine({ worker, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'Aborted',
    });
    await devices.gone();
    expect(devices.count).toBe(worker ? 0 : phases.length);
    expect(workers.started.map(({ isTerminated }) => isTerminated)).toEqual(worker ? [true, true] : []);
  });
});

describe('a worker', () => {
  test('that dies ends every call, now and later, and says why', async () => {
    const engine = await createTinyEngine({ worker: true });
    onTestFinished(() => engine.dispose());
    const book = await engine.ingest(text);
    const running = book.ask('where?', { ...settings, maxNewTokens: 200 });
    await running[Symbol.asyncIterator]().next();
    workers.started[0]?.worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
    const why = { ...closed, message: expect.stringContaining('out of memory') as unknown };
    await expect(running.result()).rejects.toMatchObject(why);
    await expect(engine.info()).rejects.toMatchObject(why);
    await expectClosed(everyCall(engine, book));
    expect(workers.started[0]?.isTerminated).toBe(true);
    await engine.dispose();
  });

  test('whose script cannot be loaded is a NetworkError', async () => {
    workers.release();
    workers = watchWorkers('/no-such-script.js');
    const created = createTinyEngine({ worker: true });
    await expect(created).rejects.toMatchObject({
      code: 'Network',
      message: expect.stringMatching(/script.*worker: false/s) as unknown,
    });
    expect(workers.started[0]?.isTerminated).toBe(true);
  });

  test('that may not be started is a NetworkError', async () => {
    const original = window.Worker;
    onTestFinished(() => void (window.Worker = original));
    const cause = new DOMException('refused', 'SecurityError');
    window.Worker = function refuse() {
      throw cause;
    } as unknown as typeof Worker;
    await expect(createTinyEngine({ worker: true })).rejects.toMatchObject({ code: 'Network', cause });
  });

  test('that hangs is terminated, at the end of the engine and of a load that was cancelled', async () => {
    const engine = await createTinyEngine({ worker: true });
    const book = await engine.ingest(text);
    const [first] = workers.started;
    if (first) first.isDeaf = true;
    const answer = book.ask('where?', settings).result();
    const disposing = engine.dispose();
    await expect(answer).rejects.toMatchObject(closed);
    await disposing;
    expect(first?.isTerminated).toBe(true);

    workers.release();
    const url = URL.createObjectURL(new Blob(['for (;;);'], { type: 'text/javascript' }));
    workers = watchWorkers(url);
    const controller = new AbortController();
    const loading = createTinyEngine({ worker: true, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(loading).rejects.toMatchObject({ code: 'Aborted' });
    expect(workers.started[0]?.isTerminated).toBe(true);
  });
});
