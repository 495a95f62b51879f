import { AbortedError } from '@longread/core';
import { expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

/** A promise and what settles it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test('one after the other, also after a failure', async () => {
  const turns = createTurns();
  const { open, opened } = gate();
  const order: string[] = [];
  const first = turns.take('ask', undefined, async () => {
    await opened;
    order.push('first');
    throw new Error('no');
  });
  const second = turns.take('ask', undefined, () => Promise.resolve(order.push('second')));
  open();
  await expect(first).rejects.toThrow('no');
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('cancelled while it waits: rejects at once, never runs, and holds nobody up', async () => {
  const turns = createTurns();
  const { open, opened } = gate();
  const controller = new AbortController();
  const work = vi.fn(() => Promise.resolve());
  const first = turns.take('ingest', undefined, () => opened);
  const second = turns.take('ask', controller.signal, work);
  const third = turns.take('ask', undefined, () => Promise.resolve(3));
  const reason = new Error('Another question came.');
  controller.abort(reason);
  await expect(second).rejects.toThrow(AbortedError);
  await expect(second).rejects.toMatchObject({ cause: reason });
  open();
  await first;
  expect(await third).toBe(3);
  expect(work).not.toHaveBeenCalled();
  await expect(turns.take('ask', controller.signal, work)).rejects.toThrow(AbortedError);
});

test('cancelled while it runs: ends when the work does', async () => {
  const turns = createTurns();
  const { open, opened } = gate();
  const controller = new AbortController();
  const running = turns.take('ask', controller.signal, () => opened.then(() => 'done'));
  await Promise.resolve();
  controller.abort();
  open();
  expect(await running).toBe('done');
});
