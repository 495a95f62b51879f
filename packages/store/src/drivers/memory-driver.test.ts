// Storage in memory passes the same suite as the browser's (idb.browser.test.ts).
import { expect, test } from 'vitest';
import { StorageQuotaError } from '@longread/core';
import { openStore } from '../store.ts';
import { failure } from '../testing/conformance/subject.ts';
import { memoryOrigin } from './memory-driver.ts';
import { makeChunk, makeManifest, makeState, makeText } from '../testing/fixtures.ts';
import { describeConformance } from '../testing/conformance/index.ts';
import { bytesOfStream, streamOf } from '../testing/streams.ts';

describeConformance(() => {
  const origin = memoryOrigin();
  return {
    open: () => origin.open(),
    stealLocks: () => {
      origin.stealLocks();
      return Promise.resolve();
    },
    clear: () => Promise.resolve(),
  };
});

test('at every quota, a commit or an import that meets it leaves the document whole as of its last chunk, or none', async () => {
  const full = openStore(memoryOrigin().open());
  const sizes: number[] = [];
  for (const index of [0, 1, 2]) {
    await full.commitChunks(
      makeManifest('moby', index + 1),
      [{ record: makeChunk(1, index), text: makeText(makeChunk(1, index)) }],
      makeState(1, index + 1),
    );
    sizes.push((await full.manifest('moby')).sizeBytes);
  }
  const file = await bytesOfStream(full.exportDocument('moby'));
  let refused = 0;
  for (let quotaBytes = 0; quotaBytes < 6_000; quotaBytes += 250) {
    const origin = memoryOrigin('memory', quotaBytes);
    const store = openStore(origin.open());
    for (const index of [0, 1, 2]) {
      const commit = store.commitChunks(
        makeManifest('moby', index + 1),
        [{ record: makeChunk(1, index), text: makeText(makeChunk(1, index)) }],
        makeState(1, index + 1),
      );
      const error = await commit.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) continue;
      refused++;
      expect(error).toBeInstanceOf(StorageQuotaError);
      if (index === 0) expect(error).toMatchObject({ details: { neededBytes: sizes[0] } });
      const [manifest] = await store.list();
      expect(manifest?.numChunks ?? 0).toBe(index);
      if (manifest === undefined) break;
      let numChunks = 0;
      for await (const chunk of store.readChunks(manifest)) numChunks += chunk.index >= 0 ? 1 : 0;
      expect(numChunks).toBe(index);
      expect((await store.open('moby')).state).toEqual(makeState(1, index));
      break;
    }
    await store.delete('moby');
    const isEnough = await store.importDocument(streamOf(file, 1000)).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(StorageQuotaError);
        return false;
      },
    );
    expect(await store.list()).toHaveLength(isEnough ? 1 : 0);
    if (!isEnough) expect((await origin.open().records.entries('chunk/')).length).toBe(0);
  }
  expect(refused).toBeGreaterThan(3);
  expect(await failure(full.importDocument(streamOf(file, 1000)))).toMatchObject({ code: 'InvalidInput' });
});
