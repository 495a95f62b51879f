// Sources are closed however their reading ends, and what is none is refused.
import { describe, expect, test } from 'vitest';
import { bytesOf, prose, readWhole, streamOf, type Bytes } from '../testing/sources.ts';
import { readSource } from './source-text.ts';

describe('closing', () => {
  test('a stream whose reader stops, or that is no text, is cancelled', async () => {
    const first = streamOf(bytesOf(prose.repeat(1000)), 5000);
    const reading = readSource(first.stream);
    await reading.pieces.next();
    await reading.close();
    expect(first.closed.isCancelled).toBe(true);
    const bad = streamOf(
      Uint8Array.from({ length: 20_000 }, (_, i) => 0x80 + (i % 64)),
      5000,
    );
    await expect(readWhole(bad.stream)).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(bad.closed.isCancelled).toBe(true);
  });

  test.each(['stream', 'iterator'])(
    'a %s that has stalled is let go of when the call is cancelled',
    async (kind) => {
      let isClosed = false;
      const close = () => void (isClosed = true);
      const stalled = new ReadableStream<Bytes>({ cancel: close }, { highWaterMark: 0 });
      const iterator = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<IteratorResult<string>>(() => undefined),
          return: () => {
            close();
            return Promise.resolve({ done: true as const, value: undefined });
          },
        }),
      };
      const controller = new AbortController();
      const reading = readSource(kind === 'stream' ? stalled : iterator, controller.signal);
      const first = reading.pieces.next();
      setTimeout(() => controller.abort());
      await expect(first).rejects.toMatchObject({ code: 'Aborted' });
      expect(isClosed).toBe(true);
    },
  );

  test('a kind of file that is no text is refused before more of it comes', async () => {
    const begun = new ReadableStream<Bytes>({ start: (to) => to.enqueue(bytesOf('%PDF-1.7 and')) });
    await expect(readWhole(begun)).rejects.toThrow('PDF');
  });

  test('an iterator is returned', async () => {
    let isReturned = false;
    const texts = async function* () {
      try {
        for (;;) yield Promise.resolve(prose);
      } finally {
        isReturned = true;
      }
    };
    const reading = readSource(texts());
    await reading.pieces.next();
    await reading.close();
    expect(isReturned).toBe(true);
  });

  test('what the source throws comes out', async () => {
    const failing = new ReadableStream<Bytes>({
      pull: (controller) => controller.error(new Error('the cable was cut')),
    });
    await expect(readWhole(failing)).rejects.toThrow('the cable was cut');
  });
});

test.each([42, null, undefined, {}, [1, 2]])('%j is no source', async (source) => {
  await expect(readWhole(source as never)).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('chunks of both kinds, or of another, are refused', async () => {
  const mixed = async function* () {
    yield 'text';
    yield Promise.resolve(bytesOf('bytes'));
  };
  await expect(readWhole(mixed() as never)).rejects.toMatchObject({ code: 'InvalidInput' });
  const odd = async function* () {
    yield Promise.resolve(7);
  };
  await expect(readWhole(odd() as never)).rejects.toThrow('number');
});
