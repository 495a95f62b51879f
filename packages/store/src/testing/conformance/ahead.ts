// Chunks that are stored before the manifest counts them.
import { describe, expect, test } from 'vitest';
import { IntegrityError, InvalidInputError } from '@longread/core';
import { makeChunk, makeManifest, makeState, makeText } from '../fixtures.ts';
import { failure, useBench, type Origin } from './subject.ts';

export function describeAhead(createOrigin: () => Origin): void {
  describe('chunks ahead', () => {
    const bench = useBench(createOrigin);
    const chunksOf = (...indices: readonly number[]) =>
      indices.map((index) => ({ record: makeChunk(1, index), text: makeText(makeChunk(1, index)) }));

    test.for([3, 4, 5])('are counted by the next commit, in version %i', async (formatVersion) => {
      const { store } = bench;
      const counting = (numChunks: number) => makeManifest('moby', numChunks, { formatVersion });
      const one = await store.commitChunks(counting(1), chunksOf(0), makeState(1, 1, formatVersion));
      const two = await store.storeAhead(one, chunksOf(1, 2));
      expect(await store.manifest('moby')).toEqual(one);
      expect(await bench.readAll('moby')).toHaveLength(1);
      const ahead = await store.storeAhead(one, chunksOf(3), two);
      const all = await store.commitChunks(counting(5), chunksOf(4), makeState(1, 5, formatVersion), ahead);
      for (const index of [0, 1, 2, 3, 4]) await bench.commit('other', index, 1, { formatVersion });
      expect(await bench.readAll('moby')).toEqual(await bench.readAll('other'));
      expect(all.sizeBytes).toBe((await store.manifest('other')).sizeBytes);
      const last = await store.storeAhead(all, chunksOf(5));
      await store.commitChunks(counting(6), [], makeState(1, 6, formatVersion), last);
      expect(await bench.readAll('moby')).toHaveLength(6);
      expect((await store.open('moby')).state).toEqual(makeState(1, 6, formatVersion));
    });

    test('that were never counted are written over, and go with the document', async () => {
      const { store } = bench;
      await bench.commit('moby', 0);
      await store.storeAhead(await store.manifest('moby'), [
        { record: makeChunk(7, 1), text: makeText(makeChunk(7, 1)) },
      ]);
      bench.reopen();
      for (const index of [1, 2]) await bench.commit('moby', index);
      expect(await bench.readAll('moby')).toEqual([0, 1, 2].map((index) => makeChunk(1, index)));
      await bench.store.storeAhead(await bench.store.manifest('moby'), chunksOf(3));
      await bench.store.delete('moby');
      expect(await bench.keys()).toEqual([]);
    });

    test('are refused where the document is another by now, or none', async () => {
      const { store } = bench;
      await bench.commit('moby', 0);
      const one = await store.manifest('moby');
      const ahead = await store.storeAhead(one, chunksOf(1));
      await bench.commit('moby', 1);
      expect(await failure(store.storeAhead(one, chunksOf(2), ahead))).toBeInstanceOf(IntegrityError);
      const commit = store.commitChunks(makeManifest('moby', 3), chunksOf(2), makeState(1, 3), ahead);
      expect(await failure(commit)).toBeInstanceOf(IntegrityError);
      const unknown = store.storeAhead(makeManifest('nobody', 0), chunksOf(0));
      expect(await failure(unknown)).toBeInstanceOf(InvalidInputError);
      expect(await bench.readAll('moby')).toHaveLength(2);
    });
  });
}
