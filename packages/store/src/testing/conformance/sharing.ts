// Two tabs: claims, writers, readers beside a writer, notices.
import { describe, expect, test, vi } from 'vitest';
import { AbortedError, DocumentInUseError, IntegrityError, type ChunkRecord } from '@longread/core';
import type { DocumentChange } from '../../document-store.ts';
import { makeChunk, makeManifest, makeState, makeText } from '../fixtures.ts';
import { failure, useBench, type Origin } from './subject.ts';

export function describeSharing(createOrigin: () => Origin): void {
  describe('two tabs', () => {
    const bench = useBench(createOrigin);

    test('one writer a document, readers beside it', async () => {
      const other = bench.otherTab();
      const writer = await bench.store.hold('moby', 'write');
      expect(await failure(other.hold('moby', 'write'))).toBeInstanceOf(DocumentInUseError);
      (await other.hold('dick', 'write')).release();
      const reader = await other.hold('moby', 'read');
      writer.release();
      (await other.hold('moby', 'write')).release();
      reader.release();
    });

    test('a second writer may wait, and be told to stop waiting', async () => {
      const other = bench.otherTab();
      const writer = await bench.store.hold('moby', 'write');
      const controller = new AbortController();
      const waiting = other.hold('moby', 'write', { wait: true, signal: controller.signal });
      controller.abort();
      expect(await failure(waiting)).toBeInstanceOf(AbortedError);
      const next = other.hold('moby', 'write', { wait: true });
      writer.release();
      expect((await next).mode).toBe('write');
    });

    test('a lock that was cancelled before it is asked for is not waited for', async () => {
      const { locks } = bench.origin.open();
      const held = await locks.acquire('book', { mode: 'exclusive', wait: true });
      const late = { mode: 'exclusive', wait: true, signal: AbortSignal.abort() } as const;
      expect(await failure(locks.acquire('book', late))).toMatchObject({ name: 'AbortError' });
      held?.release();
    });

    test('the claims of a tab that goes are free', async () => {
      const other = bench.otherTab();
      const hold = other.hold('moby', 'write');
      await hold;
      other.close();
      (await bench.store.hold('moby', 'write', { wait: true })).release();
    });

    test('a claim that is taken away tells its holder', async () => {
      const hold = await bench.store.hold('moby', 'write');
      expect(hold.lost.aborted).toBe(false);
      await bench.origin.stealLocks();
      await vi.waitFor(() => expect(hold.lost.aborted).toBe(true));
      hold.release();
    });

    test('what is held is not deleted, here or there', async () => {
      const other = bench.otherTab();
      await bench.commit('moby', 0);
      const hold = await other.hold('moby', 'read');
      const error = await failure(bench.store.delete('moby'));
      expect(error).toBeInstanceOf(DocumentInUseError);
      expect(error).toMatchObject({ details: { document: 'moby' } });
      expect((await bench.store.usage()).documents).toMatchObject([{ id: 'moby', inUse: true }]);
      hold.release();
      await vi.waitFor(async () => expect((await bench.store.usage()).documents[0]?.inUse).toBe(false));
      await bench.store.delete('moby');
      expect(await bench.keys()).toEqual([]);
    });

    test('a reader sees the document as it was opened while another tab adds to it', async () => {
      const other = bench.otherTab();
      for (const index of [0, 1]) await bench.commit('moby', index);
      const { manifest, state } = await other.open('moby');
      const read: ChunkRecord[] = [];
      for await (const chunk of other.readChunks(manifest)) {
        read.push(chunk);
        await bench.commit('moby', 1 + read.length);
      }
      expect(read).toEqual([0, 1].map((index) => makeChunk(1, index)));
      expect(state).toEqual(makeState(1, 2));
      expect(await other.readChunk(manifest, 1)).toEqual(makeChunk(1, 1));
      expect((await other.open('moby')).manifest.numChunks).toBe(4);
    });

    test('notes of use and chunks that are written at once do not undo each other', async () => {
      const other = bench.otherTab();
      await bench.commit('moby', 0);
      const touches = Promise.all([1, 2, 3, 4].map(() => other.touch('moby')));
      for (const index of [1, 2, 3]) await bench.commit('moby', index);
      await touches;
      expect(await bench.readAll('moby')).toHaveLength(4);
    });

    test('a chunk that another tab has written already is refused', async () => {
      for (const index of [0, 1]) await bench.commit('moby', index);
      await bench
        .otherTab()
        .commitChunks(
          makeManifest('moby', 3),
          [{ record: makeChunk(2, 2), text: makeText(makeChunk(2, 2)) }],
          makeState(2, 3),
        );
      expect(await failure(bench.commit('moby', 2))).toMatchObject({
        code: 'Integrity',
        details: { document: 'moby' },
      });
      expect(await failure(bench.commit('moby', 5))).toBeInstanceOf(IntegrityError);
      expect((await bench.readAll('moby'))[2]).toEqual(makeChunk(2, 2));
    });

    test('lists stay fresh: changes are told here and there until nobody listens', async () => {
      const other = bench.otherTab();
      const heard: [string, DocumentChange][] = [];
      bench.store.onChange((change) => heard.push(['here', change]));
      const stop = other.onChange((change) => heard.push(['there', change]));
      await bench.commit('moby', 0);
      await other.delete('moby');
      await vi.waitFor(() => expect(heard).toHaveLength(4));
      for (const tab of ['here', 'there']) {
        expect(heard).toContainEqual([tab, { id: 'moby', kind: 'stored' }]);
        expect(heard).toContainEqual([tab, { id: 'moby', kind: 'deleted' }]);
      }
      stop();
      await other.updateManifest(makeManifest('dick', 0));
      await vi.waitFor(() => expect(heard).toHaveLength(5));
      expect(heard[4]).toEqual(['here', { id: 'dick', kind: 'stored' }]);
    });
  });
}
