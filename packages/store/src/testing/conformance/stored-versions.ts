// Documents as each version of the format stored them.
import { describe, expect, test } from 'vitest';
import { IntegrityError, type ChunkRecord } from '@longread/core';
import { makeText } from '../fixtures.ts';
import { decodeRecords } from '../stored-records.ts';
import version2 from '../stored/version-2.json' with { type: 'json' };
import version3 from '../stored/version-3.json' with { type: 'json' };
import { failure, useBench, type Origin } from './subject.ts';

export function describeStoredVersions(createOrigin: () => Origin): void {
  describe('stored by each format version', () => {
    const bench = useBench(createOrigin);

    test('version 2, which had no text, is named, refused, and can be deleted', async () => {
      await bench.records.write({ puts: Object.entries(decodeRecords(version2)) });
      expect(await bench.store.list()).toEqual([]);
      const { unreadable } = await bench.store.usage();
      expect(unreadable).toEqual([
        { id: 'version-2', reason: 'its format version is 2 and this build reads 3' },
      ]);
      const error = await failure(bench.store.open('version-2'));
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as Error).message).toContain('read its source again');
      await bench.store.delete('version-2');
      expect(await bench.keys()).toEqual([]);
    });

    test('version 3 is opened as it is', async () => {
      const records = decodeRecords(version3);
      await bench.records.write({ puts: Object.entries(records) });
      const { manifest, state } = await bench.store.open('version-3', { fingerprint: 'f'.repeat(64) });
      const chunks = [0, 1, 2].map((index) => contentOf(records[`chunk/version-3/${index}`]) as ChunkRecord);
      expect(state).toEqual(contentOf(records['state/version-3/b']));
      expect(await bench.readAll('version-3')).toEqual(chunks);
      const starts = [0, 24, 33];
      for (const [index, chunk] of chunks.entries())
        expect(await bench.store.readText(manifest, index)).toEqual(makeText(chunk, starts[index]));
      const part = { textHash: 'b'.repeat(64), maxTokens: 100, firstChunk: 2, firstToken: 11, firstChar: 33 };
      expect(manifest).toMatchObject({ title: 'Stored by version 3', numTokens: 19, numChars: 72 });
      expect(manifest.parts[1]).toEqual({ ...part, notes: [{ kind: 'unread', count: 2, first: 7 }] });
      const key = 'manifest/version-3';
      expect((await bench.records.get([key]))[0]).toEqual(records[key]);
    });
  });
}

/** A stored record without its checksum. */
function contentOf(record: unknown): object {
  const content: { checksum?: unknown } = { ...(record as object) };
  delete content.checksum;
  return content;
}
