// Files of stored records, one a format version: what each of them wrote is opened by this build.
import { describe, expect, test } from 'vitest';
import { IntegrityError } from '@longread/core';
import { makeChunk, makeState } from '../fixtures.ts';
import { decodeRecords } from '../stored-records.ts';
import version1 from '../stored/version-1.json' with { type: 'json' };
import version2 from '../stored/version-2.json' with { type: 'json' };
import { failure, useBench, type Origin } from './subject.ts';

export function describeStoredVersions(createOrigin: () => Origin): void {
  describe('stored by each format version', () => {
    const bench = useBench(createOrigin);

    test('version 1 is listed as it is and migrated when it is opened', async () => {
      await bench.records.write({ puts: Object.entries(decodeRecords(version1)) });
      expect(await bench.store.list()).toMatchObject([{ id: 'version-1', title: 'Stored by version 1' }]);
      expect((await bench.records.get(['manifest/version-1']))[0]).toMatchObject({ formatVersion: 1 });
      const { manifest, state } = await bench.store.open('version-1', { fingerprint: 'f'.repeat(64) });
      expect(state).toEqual(makeState(1, 3));
      expect(await bench.readAll('version-1')).toEqual([
        makeChunk(1, 0),
        makeChunk(1, 1),
        makeChunk(1, 2, 3),
      ]);
      const textHash = 'a'.repeat(64);
      expect(manifest).toMatchObject({ formatVersion: 2, numTokens: 19, numChars: 57, state: 'ready' });
      expect(manifest.parts).toEqual([
        { textHash, maxTokens: 0, firstChunk: 0, firstToken: 0, firstChar: 0 },
      ]);
      expect((await bench.records.get(['manifest/version-1']))[0]).toMatchObject({ formatVersion: 2 });
      expect((await bench.keys()).filter((key) => key.startsWith('state/'))).toEqual(['state/version-1/b']);
    });

    test('version 2 is opened as it is', async () => {
      const records = decodeRecords(version2);
      await bench.records.write({ puts: Object.entries(records) });
      const { manifest, state } = await bench.store.open('version-2', { fingerprint: 'f'.repeat(64) });
      expect(state).toEqual(makeState(1, 3));
      expect(await bench.readAll('version-2')).toEqual([
        makeChunk(1, 0),
        makeChunk(1, 1, 3),
        makeChunk(1, 2),
      ]);
      const part = { textHash: 'b'.repeat(64), maxTokens: 100, firstChunk: 2, firstToken: 11, firstChar: 33 };
      expect(manifest).toMatchObject({ title: 'Stored by version 2', numTokens: 19, numChars: 72 });
      expect(manifest.parts[1]).toEqual(part);
      const key = 'manifest/version-2';
      expect((await bench.records.get([key]))[0]).toEqual(records[key]);
    });

    test('version 1 with a damaged chunk is refused by name and left as it is', async () => {
      await bench.records.write({ puts: Object.entries(decodeRecords(version1)) });
      await bench.tamper('chunk/version-1/1', (record) => ({ ...record, checksum: '' }));
      const error = await failure(bench.store.open('version-1'));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { document: 'version-1', chunk: 1 } });
      expect((await bench.records.get(['manifest/version-1']))[0]).toMatchObject({ formatVersion: 1 });
    });
  });
}
