// Sources of calls that end before all of it was read: streams are cancelled and iterators returned, so that a fetch behind them ends.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { DocumentSource, Engine } from '../api.ts';
import { createTinyEngine, sharedEngine, tinyProse } from '../testing/tiny.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Sources of each kind that stall after what they give first; `ended` is called when one is let go of. */
const kinds = {
  stream: (ended: () => void, first?: Bytes) =>
    new ReadableStream<Bytes>({
      start: (controller) => {
        if (first) controller.enqueue(first);
      },
      cancel: ended,
    }),
  iterator: (ended: () => void, first?: Bytes): AsyncIterableIterator<string> => {
    let isFirst = first !== undefined;
    return {
      next: () => {
        if (!isFirst) return new Promise(() => undefined);
        isFirst = false;
        return Promise.resolve({ done: false, value: new TextDecoder().decode(first) });
      },
      return: () => {
        ended();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  },
} satisfies Record<string, (ended: () => void, first?: Bytes) => DocumentSource>;

describe.each([
  { where: 'across the worker', worker: true },
  { where: 'in place', worker: false },
])('$where', ({ worker }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await sharedEngine({ worker });
  });

  test.for(['stream', 'iterator'] as const)('whose turn never came: %s', async (kind) => {
    const book = await engine.ingest(tinyProse(60));
    const other = await engine.ingest(tinyProse(20, 2), { title: 'Other' });
    const running = new AbortController();
    const answer = book.ask('where?', {
      maxNewTokens: 200,
      gather: { gatherSize: 64 },
      signal: running.signal,
    });
    const result = answer.result();
    const waiting = new AbortController();
    const { signal } = waiting;
    const ended = [vi.fn(), vi.fn(), vi.fn()] as const;
    const calls = [
      engine.ingest(kinds[kind](ended[0]), { signal }),
      book.append(kinds[kind](ended[1]), { signal }),
      other.append(kinds[kind](ended[2])),
    ];
    const outcomes = Promise.allSettled(calls);
    waiting.abort();
    const closing = other.close();
    for (const [i, code] of ['Aborted', 'Aborted', 'Closed'].entries()) {
      expect((await outcomes)[i]).toMatchObject({ reason: { code } });
    }
    await vi.waitFor(() => ended.forEach((end) => expect(end).toHaveBeenCalledOnce()));
    running.abort();
    await expect(result).rejects.toMatchObject({ code: 'Aborted' });
    await closing;
  });

  test('an import that is cancelled', async () => {
    for (const first of [undefined, new Uint8Array([1, 2, 3])]) {
      const ended = vi.fn();
      const controller = new AbortController();
      const importing = engine.documents.import(kinds.stream(ended, first), { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(importing).rejects.toMatchObject({ code: 'Aborted' });
      await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    }
  });

  test('a source that stalls or is no text half-way, and a failed import', async () => {
    const text = new TextEncoder().encode(tinyProse(30));
    for (const kind of ['stream', 'iterator'] as const) {
      const ended = vi.fn();
      const controller = new AbortController();
      const { signal } = controller;
      const reading = engine.ingest(kinds[kind](ended, text), {
        signal,
        onProgress: () => controller.abort(),
      });
      setTimeout(() => controller.abort(), 200);
      await expect(reading).rejects.toMatchObject({ code: 'Aborted' });
      await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    }
    const bad = new TextEncoder().encode('%PDF-1.7');
    const cases = [
      {
        source: kinds.stream,
        call: (source: ReadableStream<Bytes>) => engine.ingest(source),
        code: 'InvalidInput',
      },
      {
        source: kinds.stream,
        call: (source: ReadableStream<Bytes>) => engine.documents.import(source),
        code: 'Integrity',
      },
    ];
    for (const { source, call, code } of cases) {
      const ended = vi.fn();
      const long = new Uint8Array(64).fill(0x66);
      long.set(bad);
      await expect(call(source(ended, long))).rejects.toMatchObject({ code });
      await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    }
  });

  test('what is no source is refused by name', async () => {
    for (const source of [undefined, 7, {}, ['text']]) {
      await expect(engine.ingest(source as unknown as string)).rejects.toMatchObject({
        code: 'InvalidInput',
      });
    }
  });
});

test('dispose across the worker', async () => {
  const engine = await createTinyEngine({ worker: true });
  const ended = [vi.fn(), vi.fn(), vi.fn()] as const;
  const calls = [
    engine.ingest(kinds.stream(ended[0], new TextEncoder().encode('and'))),
    engine.ingest(kinds.iterator(ended[1])),
  ];
  const outcomes = Promise.allSettled(calls);
  await engine.dispose();
  await expect(engine.ingest(kinds.stream(ended[2]))).rejects.toMatchObject({ code: 'Closed' });
  expect(await outcomes).toMatchObject([{ reason: { code: 'Closed' } }, { reason: { code: 'Closed' } }]);
  await vi.waitFor(() => ended.forEach((end) => expect(end).toHaveBeenCalledOnce()));
});
