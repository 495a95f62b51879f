import { ClosedError, IntegrityError } from '@longread/core';
import { expect, test } from 'vitest';
import { receiveChunks, receiveStream, sendChunks } from './chunk-port.ts';

/** A stream that counts what was asked of it. */
function counted(chunks: readonly (string | Uint8Array<ArrayBuffer>)[]) {
  const seen = { pulls: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<string | Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        const next = chunks[seen.pulls++];
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
      cancel: (reason) => void (seen.cancelled = reason),
    },
    { highWaterMark: 0 },
  );
  return { seen, stream };
}

/** A generator that notes when it is let go of. */
function generator(texts: readonly unknown[]) {
  const seen = { given: 0, ended: false };
  async function* give() {
    try {
      for (const text of texts) {
        seen.given += 1;
        yield await Promise.resolve(text as string);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, texts: give() };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

async function all<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return read;
}

test('chunks arrive as they were given, and the giver keeps its buffer', async () => {
  const buffer = new Uint8Array([9, 1, 2, 3, 9]);
  const bytes = counted([buffer.subarray(1, 4), new Uint8Array(), 'text \u{1f30a} \ud800']);
  const { port1, port2 } = new MessageChannel();
  sendChunks(port1, bytes.stream);
  const read = await all(receiveChunks(port2));
  expect(read).toEqual([new Uint8Array([1, 2, 3]), new Uint8Array(), 'text \u{1f30a} \ud800']);
  expect((read[0] as Uint8Array).buffer.byteLength).toBe(3);
  expect(buffer).toEqual(new Uint8Array([9, 1, 2, 3, 9]));
  expect(bytes.seen.cancelled).toBeUndefined();
});

test('nothing is read before it is asked for', async () => {
  const { seen, stream } = counted(['a', 'b', 'c']);
  const { port1, port2 } = new MessageChannel();
  const stop = sendChunks(port1, stream);
  const reader = receiveStream<string>(port2).getReader();
  await settled();
  expect(seen.pulls).toBe(0);
  expect((await reader.read()).value).toBe('a');
  await settled();
  expect(seen.pulls).toBe(1);
  stop(new Error('enough'));
  await expect(reader.read()).rejects.toThrow('enough');
});

test('several at once come in order', async () => {
  const { port1, port2 } = new MessageChannel();
  sendChunks(port1, generator(['a', 'b']).texts);
  const chunks = receiveChunks<string>(port2);
  const read = await Promise.all([chunks.next(), chunks.next(), chunks.next()]);
  expect(read).toEqual([
    { done: false, value: 'a' },
    { done: false, value: 'b' },
    { done: true, value: undefined },
  ]);
});

test('an error arrives as its class, with its cause', async () => {
  const cause = new DOMException('broken', 'NotReadableError');
  const stream = new ReadableStream<string>({
    pull: (controller) => {
      controller.error(new IntegrityError('damaged', { chunk: 1 }, { cause }));
    },
  });
  const { port1, port2 } = new MessageChannel();
  sendChunks(port1, stream);
  const reading = receiveStream(port2).getReader().read();
  await expect(reading).rejects.toBeInstanceOf(IntegrityError);
  await expect(reading).rejects.toMatchObject({ details: { chunk: 1 }, cause: { message: 'broken' } });
});

test('what cannot be sent ends both sides', async () => {
  const { seen, texts } = generator(['a', () => 'not text', 'c']);
  const { port1, port2 } = new MessageChannel();
  sendChunks(port1, texts);
  await expect(all(receiveChunks(port2))).rejects.toThrow('could not be cloned');
  await settled();
  expect(seen).toEqual({ given: 2, ended: true });
});

test('a reader who stops lets go of the giver', async () => {
  const left = generator(['a', 'b', 'c']);
  const first = new MessageChannel();
  sendChunks(first.port1, left.texts);
  for await (const text of receiveChunks(first.port2)) {
    expect(text).toBe('a');
    break;
  }
  const cancelled = counted(['a', 'b']);
  const second = new MessageChannel();
  sendChunks(second.port1, cancelled.stream);
  await receiveStream(second.port2).cancel(new ClosedError('disposed'));
  await settled();
  expect(left.seen).toEqual({ given: 1, ended: true });
  expect(cancelled.seen.cancelled).toBeInstanceOf(ClosedError);
});

test('a sender that ends lets go of a source that was never read, and tells a reader who waits or comes later', async () => {
  const { seen, stream } = counted(['a']);
  const { port1, port2 } = new MessageChannel();
  const stop = sendChunks(port1, stream);
  const reason = new ClosedError('disposed');
  stop(reason);
  stop(new Error('again'));
  const chunks = receiveChunks(port2);
  await expect(chunks.next()).rejects.toThrow('disposed');
  await expect(chunks.next()).rejects.toBeInstanceOf(ClosedError);
  expect(await chunks.return()).toEqual({ done: true, value: undefined });
  expect(seen).toEqual({ pulls: 0, cancelled: reason });

  const stalled = new MessageChannel();
  const stopStalled = sendChunks(stalled.port1, new ReadableStream<string>());
  const waiting = receiveChunks(stalled.port2).next();
  stopStalled(reason);
  await expect(waiting).rejects.toThrow('disposed');
});
