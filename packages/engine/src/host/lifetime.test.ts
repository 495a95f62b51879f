import { ClosedError } from '@longread/core';
import { expect, test, vi } from 'vitest';
import type { Progress } from '../api.ts';
import { createLifetime } from './lifetime.ts';

const progress: Progress = { phase: 'gather', done: 0, total: 1, unit: 'tokens' };
const closed = new ClosedError('disposed');

test('an end rejects what runs at once, cancels it, and silences it', async () => {
  const life = createLifetime();
  const onProgress = vi.fn();
  const onPiece = vi.fn();
  let release: (value: number) => void = () => undefined;
  const hanging = new Promise<number>((resolve) => (release = resolve));
  let signal: AbortSignal | undefined;
  const call = life.run({ onProgress, onPiece }, (channel) => {
    ({ signal } = channel);
    channel.onProgress?.(progress);
    return hanging.then((value) => {
      channel.onProgress?.(progress);
      channel.onPiece?.('late');
      return value;
    });
  });
  await Promise.resolve();
  await Promise.resolve();
  life.end(closed);
  await expect(call).rejects.toBe(closed);
  expect(signal?.aborted).toBe(true);
  let isIdle = false;
  const idle = life.idle().then(() => (isIdle = true));
  await new Promise((resolve) => setTimeout(resolve));
  expect(isIdle).toBe(false);
  release(1);
  await idle;
  expect(onProgress).toHaveBeenCalledTimes(1);
  expect(onPiece).not.toHaveBeenCalled();
});

test('after an end no work starts, and the first reason stands', async () => {
  const life = createLifetime();
  life.end(closed);
  life.end(new Error('second'));
  const work = vi.fn(() => Promise.resolve());
  await expect(life.run({}, work)).rejects.toBe(closed);
  await expect(life.part().run({}, work)).rejects.toBe(closed);
  await new Promise((resolve) => setTimeout(resolve));
  expect(work).not.toHaveBeenCalled();
});

test('a part ends with the whole or before, and its work counts', async () => {
  const life = createLifetime();
  const [one, other] = [life.part(), life.part()];
  const hang = () => new Promise<never>(() => undefined);
  const calls = [one.run({}, hang), other.run({}, hang), life.run({}, () => Promise.resolve(3))];
  one.end(closed);
  await expect(calls[0]).rejects.toBe(closed);
  expect(await calls[2]).toBe(3);
  expect([one.hasEnded, other.hasEnded, life.hasEnded]).toEqual([true, false, false]);
  const later = new ClosedError('all of it');
  life.end(later);
  await expect(calls[1]).rejects.toBe(later);
});

test('a caller who cancels is passed on, and waited for', async () => {
  const life = createLifetime();
  const controller = new AbortController();
  const call = life.run(
    { signal: controller.signal },
    ({ signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => setTimeout(resolve, 5, 'what was whole'));
      }),
  );
  await Promise.resolve();
  controller.abort();
  expect(await call).toBe('what was whole');
  const late = life.run({ signal: controller.signal }, ({ signal }) => Promise.resolve(signal?.aborted));
  expect(await late).toBe(true);
});

test('a callback that throws ends its call with what it threw', async () => {
  const life = createLifetime();
  const mine = new Error('mine');
  let signal: AbortSignal | undefined;
  const call = life.run(
    {
      onProgress: () => {
        throw mine;
      },
    },
    (channel) => {
      ({ signal } = channel);
      channel.onProgress?.(progress);
      return Promise.resolve(1);
    },
  );
  await expect(call).rejects.toBe(mine);
  expect(signal?.aborted).toBe(true);
});

test('a stream gives its chunks until the end, which its reader and its giver hear of', async () => {
  const life = createLifetime();
  const cancelled = vi.fn();
  const give = () =>
    new ReadableStream<number>({ start: (controller) => controller.enqueue(1), cancel: cancelled });
  const reader = life.stream(give()).getReader();
  expect((await reader.read()).value).toBe(1);
  const waiting = reader.read();
  life.end(closed);
  await expect(waiting).rejects.toBe(closed);
  await expect(reader.read()).rejects.toBe(closed);
  expect(cancelled).toHaveBeenCalledExactlyOnceWith(closed);
  await expect(life.stream(give()).getReader().read()).rejects.toBe(closed);
  expect(cancelled).toHaveBeenCalledTimes(2);
});

test('a stream ends as what it passes on ends, and is cancelled through', async () => {
  const life = createLifetime();
  const cancelled = vi.fn();
  const whole = new Response('abc').body ?? new ReadableStream();
  expect(await new Response(life.stream(whole)).text()).toBe('abc');
  await life.stream(new ReadableStream({ cancel: cancelled })).cancel('enough');
  expect(cancelled).toHaveBeenCalledWith('enough');
  const broken = life.stream(new ReadableStream({ start: (controller) => controller.error(closed) }));
  await expect(broken.getReader().read()).rejects.toBe(closed);
});
