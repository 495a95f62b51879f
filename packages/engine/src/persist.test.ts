import type { CompressState } from '@longread/core';
import { createManifest, type DocumentStore, type ReadChunk } from '@longread/store';
import { makeChunk, makeState, makeText, memoryOrigin, openStore, settings } from '@longread/store/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPersister, type Persister } from './persist.ts';

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
/** Few, and a state of few bytes: one is due with every write. */
const few = { numTokens: 4, stateBytes: 100 };
const stateAfter = (numChunks: number) => Promise.resolve(makeState(1, numChunks));
const openMemory = () => openStore(memoryOrigin().open());

it('lets chunks wait for a second, and writes those that waited with one state', async () => {
  const store = openMemory();
  const commit = vi.spyOn(store, 'commitChunks');
  const persister = createPersister(store, first, few);
  expect(persister.isBehind).toBe(false);
  for (const index of [0, 1, 2]) {
    persister.add(chunk(index));
    expect(persister.due).toBeUndefined();
    vi.advanceTimersByTime(300);
  }
  vi.advanceTimersByTime(100);
  expect(persister.due).toBe('state');
  await persister.write(stateAfter(3));
  expect(persister.isBehind).toBe(false);

  persister.add(chunk(3));
  vi.advanceTimersByTime(999);
  expect(persister.due).toBeUndefined();
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
  const persister = createPersister(store, first, few);
  persister.add(chunk(0));
  await persister.write(stateAfter(1));
  persister.add(chunk(1));
  vi.advanceTimersByTime(5000);
  expect(persister.due).toBeUndefined();
  const large = chunk(2);
  const quants = new Int8Array(40 * 2 ** 20);
  persister.add({
    ...large,
    record: { ...large.record, embeddings: { ...large.record.embeddings, quants } },
  });
  expect(persister.due).toBe('state');
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
  const persister = createPersister(Object.assign(openMemory(), failing), first, few);
  persister.add(chunk(0));
  await persister.write(state());
  persister.add(chunk(1));
  await expect(persister.write(stateAfter(2))).rejects.toThrow('full');
  await expect(persister.ready()).rejects.toThrow('full');
});

/** A state whose rows take so many bytes packed. */
function stateOf(numChunks: number, stateBytes: number): CompressState {
  const state = makeState(1, numChunks);
  const numRows = state.scores.length;
  const headDim = 2 * Math.round(stateBytes / 10 / numRows);
  const keys = new Float32Array(numRows * headDim).fill(numChunks);
  return { ...state, headDims: state.headDims?.map(() => headDim), keys, values: keys };
}

/** Chunks of 5 MB, and a state of 10 MB: of 96 tokens two states are stored before the last. */
const large = { numTokens: 96, stateBytes: 10 * 2 ** 20 };
const [largeChunk, largeState] = [
  (index: number): ReadChunk => {
    const { record, text } = chunk(index);
    const { embeddings } = record;
    const quants = new Int8Array(16 * 320 * 1024).fill(index + 1);
    return { record: { ...record, embeddings: { ...embeddings, quants } }, text };
  },
  (numChunks: number) => Promise.resolve(stateOf(numChunks, large.stateBytes)),
];

it('stores chunks ahead of a state that is many times their size, and what was ahead is read again', async () => {
  const store = openMemory();
  const [commit, ahead] = [vi.spyOn(store, 'commitChunks'), vi.spyOn(store, 'storeAhead')];
  const persister = createPersister(store, first, large);
  const dues: (string | undefined)[] = [];
  const read = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      persister.add(largeChunk(index));
      vi.advanceTimersByTime(5000);
      const { due } = persister;
      dues.push(due);
      if (due !== undefined) await persister.write(due === 'state' ? largeState(index + 1) : undefined);
      await persister.settled();
      await Promise.resolve(); // the write is noted as ended
    }
  };
  await read(0, 9);
  expect(dues).toEqual(['state', ...Array<string>(5).fill('chunks'), 'state', 'chunks', 'chunks']);
  expect(commit).toHaveBeenCalledTimes(2);
  expect(ahead).toHaveBeenCalledTimes(7);
  // A tab that dies here: the document is whole as of the last state, and goes on from there.
  const { manifest, state } = await store.open('moby');
  expect(manifest).toMatchObject({ numChunks: 7, numTokens: 56, state: 'reading' });
  expect(state?.numChunks).toBe(7);
  expect(new Set(state?.keys)).toEqual(new Set([7]));
  const again = createPersister(store, manifest, large);
  for (const index of [7, 8, 9, 10, 11]) again.add(largeChunk(index));
  expect(again.due).toBe('chunks');
  await again.write();
  expect(again.isBehind).toBe(true);
  await again.write(largeState(12));
  expect(await again.ready()).toMatchObject({ numChunks: 12, numTokens: 96, state: 'ready' });
  let index = 0;
  for await (const { embeddings } of store.readChunks(await store.manifest('moby')))
    expect(new Set(embeddings.quants)).toEqual(new Set([++index]));
  expect(index).toBe(12);
});

/** Bytes of a record's arrays and texts. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + bytesOf(item), 0);
}

/** A store whose records are counted: all that were ever written, and those that are there. */
function countedStore() {
  const driver = memoryOrigin().open();
  const { records } = driver;
  let written = 0;
  const write: typeof records.write = (change) => {
    written += bytesOf(change.puts?.map(([, record]) => record));
    return records.write(change);
  };
  return {
    store: openStore({ ...driver, records: { ...records, write } }),
    written: () => written,
    stays: async () => {
      const kinds = ['manifest', 'state', 'embeddings', 'tokens', 'text'];
      const all = await Promise.all(kinds.map((kind) => records.entries(`${kind}/`)));
      return bytesOf(all.flat().map(([, record]) => record));
    },
  };
}

it('writes nothing twice of what a tab that died had stored ahead, unless it is another by now', async () => {
  const { store, written } = countedStore();
  const persister = createPersister(store, first, large);
  const writeOf = async (
    to: Persister,
    chunks: readonly ReadChunk[],
    state?: ReturnType<typeof largeState>,
  ) => {
    const before = written();
    for (const each of chunks) to.add(each);
    await to.write(state);
    await to.settled();
    return written() - before;
  };
  await writeOf(persister, [largeChunk(0)], largeState(1));
  const bytes = await writeOf(persister, [largeChunk(1)]);
  expect(bytes).toBeGreaterThan(5 * 2 ** 20);
  await writeOf(persister, [largeChunk(2)]);

  const { manifest } = await store.open('moby');
  expect(manifest.numChunks).toBe(1);
  const again = createPersister(store, manifest, large);
  expect(await writeOf(again, [largeChunk(1)])).toBe(0);
  const { record, text } = largeChunk(2);
  const changed = { ...record.embeddings, quants: record.embeddings.quants.with(7, 99) };
  const other = { record: { ...record, embeddings: changed }, text };
  const ofEmbeddings = await writeOf(again, [other]);
  expect(ofEmbeddings).toBeGreaterThan(5 * 2 ** 20);
  expect(ofEmbeddings).toBeLessThan(bytes); // its tokens and its text are those that are stored
  await writeOf(again, [largeChunk(3)], largeState(4));
  const read = [];
  for await (const { embeddings } of store.readChunks(await store.manifest('moby')))
    read.push(embeddings.quants[7]);
  expect(read).toEqual([1, 2, 99, 4]);
});

/** As the packaged model's skim preset reads: one head of 64, and a state of 2 MB. */
const skim = { chunkSize: 1024, headDim: 64, stateBytes: 2.02e6 };

/** Reads a document of so many chunks and tokens a second. @returns bytes written of those that stay */
async function writtenShare(numChunks: number, tokensPerSecond: number): Promise<number> {
  const { chunkSize, headDim, stateBytes } = skim;
  const { store, written, stays } = countedStore();
  const reading = createManifest({
    ...{ title: 'Moby', fingerprint: 'f'.repeat(64), textHash: 'a'.repeat(64), maxTokens: 0, notes: [] },
    settings: { ...settings, chunkSize, heads: settings.heads.slice(0, 1) },
  });
  const length = { numTokens: chunkSize * numChunks, stateBytes };
  const persister = createPersister(store, reading, length);
  const stateAt = (count: number) => Promise.resolve(stateOf(count, stateBytes));
  for (let index = 0; index < numChunks; index++) {
    persister.add({
      record: {
        index,
        tokenIds: new Uint32Array(chunkSize),
        charEnds: new Uint32Array(chunkSize).fill(4 * chunkSize * (index + 1)),
        embeddings: {
          numTokens: chunkSize,
          quants: new Int8Array(chunkSize * headDim),
          scales: new Float32Array(chunkSize),
        },
      },
      text: { index, firstChar: 4 * chunkSize * index, text: 'word'.repeat(chunkSize) },
    });
    vi.advanceTimersByTime((1000 * chunkSize) / tokensPerSecond);
    const { due } = persister;
    if (due !== undefined) await persister.write(due === 'state' ? stateAt(index + 1) : undefined);
    await persister.settled();
  }
  if (persister.isBehind) await persister.write(stateAt(numChunks));
  expect(await persister.ready()).toMatchObject({ numChunks, state: 'ready' });
  return written() / (await stays());
}

it('writes a million tokens at most 1.125 times in all, as fast as a software adapter reads and a hundred times that', async () => {
  for (const tokensPerSecond of [500, 50_000]) {
    const share = await writtenShare(977, tokensPerSecond);
    expect(share).toBeLessThanOrEqual(1.125);
    expect(share).toBeGreaterThan(1.1); // nothing of what is allowed is kept back
  }
});

it('stores a state every ten minutes, however far the next is by its size', async () => {
  const persister = createPersister(openMemory(), first, { numTokens: 1e9, stateBytes: 8e6 });
  persister.add(chunk(0));
  vi.advanceTimersByTime(1000);
  expect(persister.due).toBe('state');
  await persister.write(stateAfter(1));
  await persister.settled();
  persister.add(chunk(1));
  vi.advanceTimersByTime(599_000);
  expect(persister.due).toBeUndefined();
  vi.advanceTimersByTime(1000);
  expect(persister.due).toBe('state');
});

it('a reading that goes on stores its first state as far on as the others', async () => {
  const store = openMemory();
  const begun = createPersister(store, first, large);
  begun.add(chunk(0));
  vi.advanceTimersByTime(1000);
  await begun.write(stateAfter(1));
  await begun.settled();
  const { manifest } = await store.open('moby');
  const persister = createPersister(store, manifest, large);
  const dues = [1, 2, 3, 4, 5, 6].map((index) => {
    persister.add(chunk(index));
    vi.advanceTimersByTime(5000);
    return persister.due;
  });
  expect(dues).toEqual([...Array<undefined>(5).fill(undefined), 'state']); // 48 of 96 tokens on
});
