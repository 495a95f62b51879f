// Documents as each version of the format stored them.
import { describe, expect, test } from 'vitest';
import { IntegrityError, type ChunkRecord, type ChunkTokens, type EmbeddingBlock } from '@longread/core';
import { appendPart } from '../../source-parts.ts';
import { firstVersion } from '../first-version.ts';
import { makeChunk, makeState, makeText } from '../fixtures.ts';
import { decodeRecords } from '../stored-records.ts';
import version2 from '../stored/version-2.json' with { type: 'json' };
import version3 from '../stored/version-3.json' with { type: 'json' };
import version4 from '../stored/version-4.json' with { type: 'json' };
import version5 from '../stored/version-5.json' with { type: 'json' };
import { bytesOfStream, streamOf } from '../streams.ts';
import { failure, useBench, type Origin } from './subject.ts';

export function describeStoredVersions(createOrigin: () => Origin): void {
  describe('stored by each format version', () => {
    const bench = useBench(createOrigin);

    test.each([
      [1, () => firstVersion('version-1', 3)],
      [2, () => Promise.resolve(decodeRecords(version2))],
    ])('version %i, which had no text, is named, refused, and can be deleted', async (version, records) => {
      const id = `version-${version}`;
      await bench.records.write({ puts: Object.entries(await records()) });
      const before = await bench.keys();
      expect(before).toContain(`chunk/${id}/2`);
      expect(await bench.store.list()).toEqual([]);
      const match = { fingerprint: 'f'.repeat(64), sourceHash: 'a'.repeat(64), maxTokens: 0 };
      expect(await bench.store.find(match)).toBeUndefined();
      const { unreadable } = await bench.store.usage();
      const reason = `its format version is ${version} and this build reads 3, 4, and 5`;
      expect(unreadable).toEqual([{ id, reason }]);
      const refusals = [
        bench.store.open(id),
        bench.store.touch(id),
        bytesOfStream(bench.store.exportDocument(id)),
      ];
      for (const refused of refusals) {
        const error = await failure(refused);
        expect(error).toBeInstanceOf(IntegrityError);
        expect(error).toMatchObject({ details: { document: id, reason } });
        expect((error as Error).message).toContain('Delete the document and read its source again');
      }
      expect(await bench.keys()).toEqual(before);
      await bench.store.delete(id);
      expect(await bench.keys()).toEqual([]);
    });

    test.each([
      [0, 'Read the document'],
      [1, 'Read the document'],
      [5, 'Use a later build'],
      [2 ** 32 - 1, 'Use a later build'],
    ])('a file of container version %i is refused by its version', async (version, advice) => {
      await bench.commit('moby', 0);
      const file = await bytesOfStream(bench.store.exportDocument('moby'));
      await bench.store.delete('moby');
      new DataView(file.buffer).setUint32(8, version, true);
      const error = await failure(bench.store.importDocument(streamOf(file, 500)));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { field: 'version', offset: 8, version } });
      expect((error as Error).message).toContain(
        `version ${version} and this build reads versions 2, 3, and 4. ${advice}`,
      );
      expect(await bench.keys()).toEqual([]);
    });

    const stored = [
      [3, version3, '3e1d725d8df61018a7fbf446cdbc45b64cb28bad4ba7953e989796591f4c84ef'],
      [4, version4, '94923784c5056feeeb2df6864213a2867297f9c5056c15b26c350fa18dd9e48e'],
      [5, version5, 'a5ddd791431d8244e06a76d9dabcc76895779cc7f7e32a6370943931f5f3a4d2'],
    ] as const;
    test.each(stored)('version %i is opened as it is', async (version, json) => {
      const id = `version-${version}`;
      const records = decodeRecords(json);
      await bench.records.write({ puts: Object.entries(records) });
      const { manifest, state } = await bench.store.open(id, { fingerprint: 'f'.repeat(64) });
      const chunks = [0, 1, 2].map((index) => chunkIn(records, id, index));
      const { checksum, ...storedState } = records[`state/${id}/b`] as { checksum: string };
      expect(state).toEqual(version < 5 ? storedState : unpacked(storedState as PackedFields));
      expect(checksum).toHaveLength(64);
      expect(await bench.readAll(id)).toEqual(chunks);
      const starts = [0, 24, 33];
      for (const [index, chunk] of chunks.entries())
        expect(await bench.store.readText(manifest, index)).toEqual(makeText(chunk, starts[index]));
      const part = { textHash: 'b'.repeat(64), maxTokens: 100, firstChunk: 2, firstToken: 11, firstChar: 33 };
      expect(manifest).toMatchObject({ title: `Stored by version ${version}`, numTokens: 19, numChars: 72 });
      expect(manifest.parts[1]).toEqual({ ...part, notes: [{ kind: 'unread', count: 2, first: 7 }] });
      const key = `manifest/${id}`;
      expect((await bench.records.get([key]))[0]).toEqual(records[key]);
    });

    test.each(stored)('version %i is exported and imported byte by byte', async (version, json, hash) => {
      const id = `version-${version}`;
      const records = decodeRecords(json);
      await bench.records.write({ puts: Object.entries(records) });
      const file = await bytesOfStream(bench.store.exportDocument(id));
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', file));
      expect(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(hash);
      await bench.store.delete(id);
      await bench.store.importDocument(streamOf(file, 500));
      const { [`manifest/${id}`]: manifest, ...others } = records;
      for (const [key, record] of Object.entries(others))
        expect((await bench.records.get([key]))[0], key).toEqual(record);
      const said = { usedAt: expect.any(Number) as number, checksum: expect.any(String) as string };
      const [imported] = await bench.records.get([`manifest/${id}`]);
      expect(imported).toEqual({ ...(manifest as object), ...said });
    });

    test.each(stored)('version %i goes on in its own version', async (version, json) => {
      const id = `version-${version}`;
      await bench.records.write({ puts: Object.entries(decodeRecords(json)) });
      const before = await bench.store.manifest(id);
      const text = { textHash: 'c'.repeat(64), maxTokens: 0, notes: [] };
      const added = await appendPart(before, text);
      const record = { ...makeChunk(1, 4), index: 3 };
      const read = { record, text: makeText(record, 72) };
      const grown = { ...added, numChunks: 4, numTokens: 27, numChars: 120 };
      await bench.store.commitChunks(grown, [read], makeState(1, 4, version));
      const { manifest, state } = await bench.store.open(id);
      expect(manifest.formatVersion).toBe(version);
      expect(state).toEqual(makeState(1, 4, version));
      expect(await bench.readAll(id)).toHaveLength(4);
      await bench.store.delete(id);
      expect(await bench.keys()).toEqual([]);
    });
  });
}

interface PackedFields {
  readonly headDims: Uint32Array;
  readonly keys: Int16Array;
  readonly keyTails: Uint8Array;
  readonly keyExponents: Uint8Array;
  readonly values: Int16Array;
  readonly valueTails: Uint8Array;
  readonly valueExponents: Uint8Array;
}

/** Rows of heads of four, as docs/storage-format.md says. */
function unpacked(state: PackedFields) {
  const { headDims, keys, keyTails, keyExponents, values, valueTails, valueExponents, ...rest } = state;
  const rows = (upper: Int16Array, tails: Uint8Array, exponents: Uint8Array) =>
    Float32Array.from(upper, (high, i) => {
      const pair = tails[Math.floor(i / 2)] ?? 0;
      const quant = 16 * high + (i % 2 === 0 ? pair % 16 : Math.floor(pair / 16));
      return quant === -524288 ? NaN : quant * 2 ** ((exponents[Math.floor(i / 4)] ?? 0) - 127);
    });
  return {
    ...rest,
    headDims: [...headDims],
    keys: rows(keys, keyTails, keyExponents),
    values: rows(values, valueTails, valueExponents),
  };
}

/** What the records of a version, bare as they lie, hold of a chunk. */
function chunkIn(records: Readonly<Record<string, unknown>>, id: string, index: number): ChunkRecord {
  const at = (kind: string) => records[`${kind}/${id}/${index}`];
  if (at('chunk') !== undefined) {
    const { tokenIds, charEnds, embeddings } = at('chunk') as ChunkRecord;
    return { index, tokenIds, charEnds, embeddings };
  }
  const { tokenIds, charEnds } = at('tokens') as ChunkTokens;
  const { numTokens, quants, scales } = at('embeddings') as EmbeddingBlock;
  return { index, tokenIds, charEnds, embeddings: { numTokens, quants, scales } };
}
