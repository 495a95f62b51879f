// A document as version 3 of the format laid it out: asked and gone on with as one of today. Its records are made of today's as
// docs/storage-format.md describes them, by none of the store's own code.
import { resignManifest } from '@longread/store/testing';
import { idbDriver, type StorageDriver } from '@longread/store/drivers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
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
interface ManifestCounts {
  readonly numChunks: number;
  readonly embeddingsBytes: number;
  readonly tokensBytes: number;
}

/** Lays the records of a document out anew. */
async function toVersion3({ records }: StorageDriver, id: string): Promise<void> {
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

describe.skipIf(!('indexedDB' in globalThis))('a document of version 3', () => {
  test('answers as one of today, also after a text more, and stays what it is', async () => {
    const today = await engine.ingest(tinyProse(160, 31), { reuse: false });
    onTestFinished(() => today.close());
    const copy = await engine.ingest(tinyProse(160, 31), { reuse: false });
    const { id } = copy.manifest;
    await copy.close();
    const driver = idbDriver(sharedDatabase);
    onTestFinished(() => driver.close());
    await toVersion3(driver, id);

    const older = await engine.documents.open(id);
    onTestFinished(() => older.close());
    expect([today.manifest.formatVersion, older.manifest.formatVersion]).toEqual([4, 3]);
    expect(await older.text()).toBe(await today.text());
    const answers = await answersOf(older);
    expect(answers).toEqual(await answersOf(today));
    expect(answers[0]?.places.length).toBeGreaterThan(0);

    const more = tinyProse(90, 32);
    await today.append(more);
    await older.append(more);
    expect(older.manifest).toMatchObject({ formatVersion: 3, numTokens: today.manifest.numTokens });
    expect(await answersOf(older)).toEqual(await answersOf(today));
    const keys = await driver.records.entries(`embeddings/${id}/`);
    expect(keys).toEqual([]);
  });
});
