// A document as versions 3 and 4 of the format laid it out: asked and gone on with as one of today. Its records are made of today's as
// docs/storage-format.md describes them, by none of the store's own code.
import { resignManifest } from '@longread/store/testing';
import { idbDriver, type StorageDriver } from '@longread/store/drivers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
import { storedOf } from './testing/stored.ts';
import { sharedDatabase, sharedEngine, tinyProse } from './testing/tiny.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await sharedEngine();
});

type Bytes = ArrayBufferView<ArrayBuffer>;

async function hashOf(words: readonly number[], arrays: readonly Bytes[]): Promise<string> {
  const digests = await Promise.all(arrays.map((array) => crypto.subtle.digest('SHA-256', array)));
  const all = await new Blob([Uint32Array.from(words), ...digests]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface StoredChunk {
  readonly tokenIds: Uint32Array<ArrayBuffer>;
  readonly charEnds: Uint32Array<ArrayBuffer>;
  readonly numTokens: number;
  readonly quants: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}
interface StoredText {
  readonly firstChar: number;
  readonly encoding: 'utf-8' | 'utf-16';
  readonly bytes: Uint8Array<ArrayBuffer>;
}
interface PackedState {
  readonly numChunks: number;
  readonly numSlots: number;
  readonly headDims: Uint32Array<ArrayBuffer>;
  readonly keys: Int16Array<ArrayBuffer>;
  readonly keyTails: Uint8Array<ArrayBuffer>;
  readonly keyExponents: Uint8Array<ArrayBuffer>;
  readonly values: Int16Array<ArrayBuffer>;
  readonly valueTails: Uint8Array<ArrayBuffer>;
  readonly valueExponents: Uint8Array<ArrayBuffer>;
  readonly scores: Float32Array<ArrayBuffer>;
  readonly moments: Float64Array<ArrayBuffer>;
}
interface ManifestCounts {
  readonly numChunks: number;
  readonly embeddingsBytes: number;
  readonly tokensBytes: number;
}

/** Its state as it was before version 5, and what the manifest says of it. */
async function plainState({ records }: StorageDriver, id: string, numChunks: number) {
  const key = `state/${id}/${numChunks % 2 === 0 ? 'a' : 'b'}`;
  const [packed] = (await records.get([key])) as PackedState[];
  if (packed === undefined) throw new Error(`no state of ${id}`);
  const { numSlots, headDims, scores, moments } = packed;
  const rowLengths = [...headDims].flatMap((size) =>
    new Array<number>(scores.length / headDims.length).fill(size),
  );
  const rows = (upper: Int16Array, tails: Uint8Array, exponents: Uint8Array) => {
    const exponentOf = rowLengths.flatMap((length, row) =>
      new Array<number>(length).fill(exponents[row] ?? 0),
    );
    return Float32Array.from(upper, (high, i) => {
      const pair = tails[Math.floor(i / 2)] ?? 0;
      const tail = i % 2 === 0 ? pair % 16 : Math.floor(pair / 16);
      return (16 * high + tail) * 2 ** ((exponentOf[i] ?? 0) - 127);
    });
  };
  const keys = rows(packed.keys, packed.keyTails, packed.keyExponents);
  const values = rows(packed.values, packed.valueTails, packed.valueExponents);
  const arrays = [keys, values, scores, moments];
  const checksum = await hashOf([numChunks, numSlots], arrays);
  return {
    put: [key, { numChunks, numSlots, keys, values, scores, moments, checksum }] as const,
    stateChecksum: checksum,
    stateBytes: arrays.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}

/** Lays the state of a document out anew. */
async function toVersion4(driver: StorageDriver, id: string): Promise<void> {
  const { records } = driver;
  const [stored] = (await records.get([`manifest/${id}`])) as (ManifestCounts & object)[];
  if (stored === undefined) throw new Error(`no document ${id}`);
  const { put, ...said } = await plainState(driver, id, stored.numChunks);
  const manifest = await resignManifest({ ...stored, ...said, formatVersion: 4 });
  await records.write({ puts: [put, [`manifest/${id}`, manifest]] });
}

/** Lays the records of a document of version 4 out anew. */
async function toVersion3(driver: StorageDriver, id: string): Promise<void> {
  await toVersion4(driver, id);
  const { records } = driver;
  const [stored] = (await records.get([`manifest/${id}`])) as (ManifestCounts & Record<string, unknown>)[];
  if (stored === undefined) throw new Error(`no document ${id}`);
  const puts: (readonly [string, unknown])[] = [];
  const [chunkChecksums, textChecksums]: [string[], string[]] = [[], []];
  for (let index = 0; index < stored.numChunks; index++) {
    const keys = ['embeddings', 'tokens', 'text'].map((kind) => `${kind}/${id}/${index}`);
    const [ofEmbeddings, ofTokens, text] = (await records.get(keys)) as [
      StoredChunk,
      StoredChunk,
      StoredText,
    ];
    const { numTokens, quants, scales } = ofEmbeddings;
    const { tokenIds, charEnds } = ofTokens;
    const { firstChar, encoding, bytes } = text;
    const ofChunk = await hashOf([index, numTokens], [tokenIds, charEnds, quants, scales]);
    const ofText = await hashOf([index, firstChar, encoding === 'utf-8' ? 8 : 16], [bytes]);
    const embeddings = { numTokens, quants, scales };
    puts.push([`chunk/${id}/${index}`, { index, tokenIds, charEnds, embeddings, checksum: ofChunk }]);
    puts.push([`text/${id}/${index}`, { index, firstChar, encoding, bytes, checksum: ofText }]);
    chunkChecksums.push(ofChunk);
    textChecksums.push(ofText);
  }
  const ofVersion4 = [
    'embeddingsChecksum',
    'tokensChecksum',
    'textChecksum',
    'embeddingsBytes',
    'tokensBytes',
  ];
  const kept = Object.entries(stored).filter(([field]) => !ofVersion4.includes(field));
  const manifest = await resignManifest({
    ...Object.fromEntries(kept),
    ...{ formatVersion: 3, chunkChecksums, textChecksums },
    chunkBytes: stored.embeddingsBytes + stored.tokensBytes,
  });
  puts.push([`manifest/${id}`, manifest]);
  await records.write({ deletes: [`embeddings/${id}/`, `tokens/${id}/`, `text/${id}/`], puts });
}

async function answersOf(document: LongreadDocument) {
  const answers = [];
  for (const strategy of ['reform', 'bm25', 'h2o'] as const) {
    const { text, evidence, gathered, curve } = await document
      .ask('where is the ship?', { strategy, maxNewTokens: 4, gather: { gatherSize: 64 } })
      .result();
    const places = evidence.map(({ start, end, text: passage, score }) => ({ start, end, passage, score }));
    answers.push({ text, places, gathered: gathered.map(({ start, end }) => [start, end]), curve });
  }
  return answers;
}

describe.skipIf(!('indexedDB' in globalThis))('a document of an older version', () => {
  test.each([
    [3, toVersion3],
    [4, toVersion4],
  ])(
    '%i answers as one of today, also after a text more, and stays what it is',
    async (version, toVersion) => {
      const today = await engine.ingest(tinyProse(160, 31), { reuse: false });
      onTestFinished(() => today.close());
      const copy = await engine.ingest(tinyProse(160, 31), { reuse: false });
      const { id } = copy.manifest;
      await copy.close();
      const driver = idbDriver(sharedDatabase);
      onTestFinished(() => driver.close());
      await toVersion(driver, id);

      const older = await engine.documents.open(id);
      onTestFinished(() => older.close());
      expect([today.manifest.formatVersion, older.manifest.formatVersion]).toEqual([5, version]);
      expect(await older.text()).toBe(await today.text());
      const answers = await answersOf(older);
      expect(answers).toEqual(await answersOf(today));
      expect(answers[0]?.places.length).toBeGreaterThan(0);

      const more = tinyProse(90, 32);
      await today.append(more);
      await older.append(more);
      expect(older.manifest).toMatchObject({ formatVersion: version, numTokens: today.manifest.numTokens });
      expect(await answersOf(older)).toEqual(await answersOf(today));
      const keys = await driver.records.entries(`embeddings/${id}/`);
      expect(keys).toHaveLength(version === 3 ? 0 : older.manifest.numChunks);
      const { state } = await storedOf(sharedDatabase, today);
      expect((await storedOf(sharedDatabase, older)).state).toEqual({ ...state, headDims: undefined });
    },
  );
});
