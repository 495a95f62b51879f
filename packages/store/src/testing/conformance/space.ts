// What documents take, and eviction by consent.
import { describe, expect, test } from 'vitest';
import { makeManifest } from '../fixtures.ts';
import { useBench, type Origin } from './subject.ts';

export function describeSpace(createOrigin: () => Origin): void {
  describe('space', () => {
    const bench = useBench(createOrigin);

    /** Three documents of one chunk, used at 1, 2 and 3. */
    async function threeDocuments(): Promise<number> {
      for (const [i, id] of ['a', 'b', 'c'].entries()) {
        await bench.commit(id, 0);
        await bench.store.updateManifest(makeManifest(id, 1, { usedAt: i + 1, state: 'ready' }));
      }
      return (await bench.store.manifest('a')).sizeBytes;
    }

    test('usage counts each document and all of them', async () => {
      const size = await threeDocuments();
      const usage = await bench.store.usage();
      expect(usage.documents.map(({ id, sizeBytes }) => [id, sizeBytes])).toEqual([
        ['c', size],
        ['b', size],
        ['a', size],
      ]);
      expect(usage.documentBytes).toBe(3 * size);
      expect(usage.quotaBytes).toBeGreaterThan(0);
      expect(usage.usedBytes).toBeGreaterThan(0);
      expect(usage.persisted).toBe(false);
    });

    test('sizes are what the arrays take', async () => {
      await threeDocuments();
      const kinds = ['embeddings', 'tokens', 'text', 'state'];
      const entries = (await Promise.all(kinds.map((kind) => bench.records.entries(`${kind}/a/`)))).flat();
      const arrayBytes = (value: unknown): number =>
        ArrayBuffer.isView(value)
          ? value.byteLength
          : typeof value === 'object' && value !== null
            ? Object.values(value).reduce((sum: number, item) => sum + arrayBytes(item), 0)
            : 0;
      expect((await bench.store.manifest('a')).sizeBytes).toBe(
        arrayBytes(entries.map(([, record]) => record)),
      );
    });

    test('eviction takes the least recently used until there is enough, never what is held', async () => {
      const size = await threeDocuments();
      const hold = await bench.otherTab().hold('a', 'read');
      expect((await bench.store.evictLeastRecentlyUsed(size)).map(({ id }) => id)).toEqual(['b']);
      expect((await bench.store.evictLeastRecentlyUsed(10 * size)).map(({ id }) => id)).toEqual(['c']);
      expect((await bench.store.list()).map(({ id }) => id)).toEqual(['a']);
      expect(await bench.store.evictLeastRecentlyUsed(0)).toEqual([]);
      hold.release();
    });
  });
}
