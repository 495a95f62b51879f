import { createManifest, type DocumentStore } from '@longread/store';
import { makeChunk, makeState, makeText, memoryOrigin, openStore, settings } from '@longread/store/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPersister } from './persist.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const first = createManifest({
  id: 'moby',
  title: 'Moby',
  fingerprint: 'f'.repeat(64),
  settings,
  textHash: 'a'.repeat(64),
  maxTokens: 0,
  notes: [],
});
const chunk = (index: number) => {
  const record = makeChunk(1, index);
  return { record, text: makeText(record) };
};
const stateAfter = (numChunks: number) => Promise.resolve(makeState(1, numChunks));
const openMemory = () => openStore(memoryOrigin().open());

it('lets chunks wait for a second, and writes those that waited with one state', async () => {
  const store = openMemory();
  const commit = vi.spyOn(store, 'commitChunks');
  const persister = createPersister(store, first);
  expect(persister.isBehind).toBe(false);
  for (const index of [0, 1, 2]) {
    persister.add(chunk(index));
    expect(persister.isDue).toBe(false);
    vi.advanceTimersByTime(300);
  }
  vi.advanceTimersByTime(100);
  expect(persister.isDue).toBe(true);
  await persister.write(stateAfter(3));
  expect(persister.isBehind).toBe(false);

  persister.add(chunk(3));
  vi.advanceTimersByTime(999);
  expect(persister.isDue).toBe(false);
  await persister.write(stateAfter(4)); // the last one, whenever it comes
  const manifest = await persister.ready();
  expect(commit.mock.calls.map(([, chunks]) => chunks.map(({ record }) => record.index))).toEqual([
    [0, 1, 2],
    [3],
  ]);
  expect(manifest).toMatchObject({ state: 'ready', numChunks: 4, numTokens: 32, numChars: 96 });
  expect((await store.open('moby')).state).toEqual(makeState(1, 4));
});

it('begins no write before the last has ended, unless too much waits', async () => {
  const store = openMemory();
  let end: (manifest: typeof first) => void = () => undefined;
  const slow = new Promise<typeof first>((resolve) => (end = resolve));
  const commit = vi.spyOn(store, 'commitChunks').mockReturnValue(slow);
  const persister = createPersister(store, first);
  persister.add(chunk(0));
  await persister.write(stateAfter(1));
  persister.add(chunk(1));
  vi.advanceTimersByTime(5000);
  expect(persister.isDue).toBe(false);
  const large = chunk(2);
  const quants = new Int8Array(40 * 2 ** 20);
  persister.add({
    ...large,
    record: { ...large.record, embeddings: { ...large.record.embeddings, quants } },
  });
  expect(persister.isDue).toBe(true);
  const writing = persister.write(stateAfter(3));
  await stateAfter(3); // turns pass
  expect(commit).toHaveBeenCalledTimes(1);
  end(first);
  await writing;
  await persister.settled();
  expect(commit).toHaveBeenCalledTimes(2);
});

it.each<[string, Partial<Pick<DocumentStore, 'commitChunks'>>, () => ReturnType<typeof stateAfter>]>([
  ['the store', { commitChunks: () => Promise.reject(new Error('full')) }, () => stateAfter(1)],
  ['the device', {}, () => Promise.reject(new Error('full'))],
])('tells with the next write what failed on %s', async (_, failing, state) => {
  const persister = createPersister(Object.assign(openMemory(), failing), first);
  persister.add(chunk(0));
  await persister.write(state());
  persister.add(chunk(1));
  await expect(persister.write(stateAfter(2))).rejects.toThrow('full');
  await expect(persister.ready()).rejects.toThrow('full');
});
