// Records that are not what was written: refused, by name.
import { beforeEach, describe, expect, test } from 'vitest';
import { IntegrityError, type ChunkTokens } from '@longread/core';
import { makeChunk, makeManifest, makeState, makeText } from '../fixtures.ts';
import { bytesOfStream } from '../streams.ts';
import { collected, failure, useBench, type Origin } from './subject.ts';

type Change = (record: Record<string, unknown>) => unknown;

/** Of the record that has a chunk's embeddings, and of that which has its tokens. */
const kinds: Readonly<Record<number, readonly [embeddings: string, tokens: string]>> = {
  3: ['chunk', 'chunk'],
  4: ['embeddings', 'tokens'],
  5: ['embeddings', 'tokens'],
};

export function describeDamage(createOrigin: () => Origin): void {
  describe.each([3, 4, 5])('damage in version %i', (formatVersion) => {
    const bench = useBench(createOrigin);
    const [ofEmbeddings = '', ofTokens = ''] = kinds[formatVersion] ?? [];
    const commit = (id: string, index: number, seed = 1) => bench.commit(id, index, seed, { formatVersion });
    beforeEach(async () => {
      for (const index of [0, 1, 2]) await commit('moby', index);
    });

    test('a damaged chunk is named and the ones before it are read', async () => {
      await bench.tamper(`${ofTokens}/moby/1`, (record) => {
        (record as unknown as ChunkTokens).tokenIds[3] = 7;
        return record;
      });
      const manifest = await bench.store.manifest('moby');
      const read: number[] = [];
      const error = await failure(
        (async () => {
          for await (const chunk of bench.store.readChunks(manifest)) read.push(chunk.index);
        })(),
      );
      expect(read).toEqual([0]);
      expect(await failure(bench.store.readChunk(manifest, 1))).toMatchObject({ details: { chunk: 1 } });
      expect(await bench.store.readChunk(manifest, 2)).toEqual(makeChunk(1, 2));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      expect((error as Error).message).toContain('Chunk 1 of "The book moby"');
    });

    test.for<[string, string, Change]>([
      ['a chunk without embeddings', `${ofEmbeddings}/moby/1`, () => undefined],
      ['a chunk without tokens', `${ofTokens}/moby/1`, () => undefined],
      ['a chunk in the wrong place', `${ofTokens}/moby/1`, () => makeChunk(1, 2)],
      ['another number', `${ofEmbeddings}/moby/1`, (record) => ({ ...record, index: 2 })],
      ['ids of another type', `${ofTokens}/moby/1`, (record) => ({ ...record, tokenIds: [1, 2, 3] })],
      ['a shortened array', `${ofTokens}/moby/1`, (record) => ({ ...record, charEnds: new Uint32Array(3) })],
      ['a manifest that counts other tokens', 'manifest/moby', (record) => ({ ...record, numTokens: 23 })],
      ['a manifest with another title', 'manifest/moby', (record) => ({ ...record, title: 'Moby' })],
      ['a manifest of a later time', 'manifest/moby', (record) => ({ ...record, usedAt: 1.8e12 })],
      ['a manifest without a checksum', 'manifest/moby', (record) => ({ ...record, checksum: undefined })],
    ])('%s is refused', async ([, key, change]) => {
      await bench.tamper(key, change);
      expect(await failure(bench.readAll('moby'))).toBeInstanceOf(IntegrityError);
    });

    test.for<[string, string, Change]>([
      ['a changed score', 'state/moby/b', (record) => ({ ...record, scores: makeState(9, 3).scores })],
      ['a missing state', 'state/moby/b', () => undefined],
      ['the state of another chunk', 'state/moby/b', () => makeState(1, 1)],
      ['a manifest that is ahead of the state', 'manifest/moby', (record) => ({ ...record, numChunks: 5 })],
      ['more slots than the budget', 'state/moby/b', (record) => ({ ...record, numSlots: 7 })],
    ])('%s is refused', async ([, key, change]) => {
      await bench.tamper(key, change);
      const error = await failure(bench.store.open('moby'));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { document: 'moby' } });
    });

    test.for<[string, Change]>([
      ['missing', () => undefined],
      ['of another chunk', () => ({ index: 2 })],
      ['cut', (record) => ({ ...record, bytes: (record.bytes as Uint8Array).slice(1) })],
      ['said to start elsewhere', (record) => ({ ...record, firstChar: 25 })],
      ['said to be of another encoding', (record) => ({ ...record, encoding: 'utf-8' })],
      ['a string', (record) => ({ ...record, bytes: 'Call me Ishmael.' })],
    ])('a text that is %s is refused by name, and the others are read', async ([, change]) => {
      await bench.tamper('text/moby/1', change);
      const manifest = await bench.store.manifest('moby');
      const error = await failure(bench.store.readText(manifest, 1));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      expect(await bench.store.readText(manifest, 2)).toEqual(makeText(makeChunk(1, 2)));
      expect(await failure(bytesOfStream(bench.store.exportDocument('moby')))).toBeInstanceOf(IntegrityError);
    });

    test.for([
      'manifest/moby',
      `${ofEmbeddings}/moby/1`,
      `${ofTokens}/moby/1`,
      'text/moby/1',
      'state/moby/b',
    ])('the %s of another document, whole in itself, is refused', async (key) => {
      for (const index of [0, 1, 2]) await commit('dick', index, 2);
      const [record] = await bench.records.get([key.replace('moby', 'dick')]);
      await bench.tamper(key, () => record);
      const read = bench.store.open('moby').then(async ({ manifest }) => {
        await bench.readAll('moby');
        await bench.store.readText(manifest, 1);
      });
      expect(await failure(read)).toBeInstanceOf(IntegrityError);
      expect(await bench.readAll('dick')).toHaveLength(3);
    });

    test.for([ofEmbeddings, ofTokens, 'text'])(
      'the %s of the same document, of another time or place, is refused wherever it is read',
      async (kind) => {
        const [then] = await bench.records.get([`${kind}/moby/1`]);
        const [place] = await bench.records.get([`${kind}/moby/2`]);
        await bench.store.delete('moby');
        const createdAt = 1_700_000_000_001;
        for (const index of [0, 1, 2]) await bench.commit('moby', index, 1, { formatVersion, createdAt });
        const manifest = await bench.store.manifest('moby');
        const [now] = await bench.records.get([`${kind}/moby/1`]);
        for (const record of formatVersion === 3 ? [place] : [then, place]) {
          await bench.tamper(`${kind}/moby/1`, () => record);
          const one =
            kind === 'text' ? bench.store.readText(manifest, 1) : bench.store.readChunk(manifest, 1);
          expect(await failure(one)).toMatchObject({ details: { document: 'moby', chunk: 1 } });
        }
        await bench.tamper(`${kind}/moby/1`, () => now);
        await bench.readAll('moby');
      },
    );

    test('embeddings that are known are not verified again, unless they are others by now', async () => {
      const { store } = bench;
      const manifest = await store.manifest('moby');
      const key = `${ofEmbeddings}/moby/1`;
      const known = new Map<number, string>();
      const read = () => collected(store.readEmbeddings(manifest, known));
      const all = await read();
      expect([...known.keys()]).toEqual([0, 1, 2]);
      expect(await read()).toEqual(all);
      expect(await store.readEmbeddingsOf(manifest, 1, known)).toEqual(all[1]);
      await bench.tamper(key, (record) => ({ ...record, checksum: 'f'.repeat(64) }));
      expect(await failure(read())).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      await bench.tamper(key, () => undefined);
      expect(await failure(read())).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      const [other] = await bench.records.get([`${ofEmbeddings}/moby/2`]);
      await bench.tamper(key, () => other);
      for (const ledger of [known, new Map<number, string>()]) {
        const one = store.readEmbeddingsOf(manifest, 1, ledger);
        expect(await failure(one)).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      }
    });

    test('chunks that do not follow each other in the source are refused', async () => {
      const charEnds = makeChunk(1, 1).charEnds;
      const chunk = { ...makeChunk(1, 3), charEnds };
      const manifest = makeManifest('moby', 4, { formatVersion, numChars: charEnds.at(-1) ?? 0 });
      await bench.store.commitChunks(
        manifest,
        [{ record: chunk, text: makeText(makeChunk(1, 3)) }],
        makeState(1, 4),
      );
      expect(await failure(bench.readAll('moby'))).toMatchObject({ details: { chunk: 3 } });
    });
  });

  describe('a chain', () => {
    const bench = useBench(createOrigin);

    test.for(['embeddings', 'tokens', 'text'])(
      'of %s that goes on from another record is refused',
      async (kind) => {
        for (const index of [0, 1, 2]) await bench.commit('moby', index);
        const records = await bench.records.entries(`${kind}/moby/`);
        await bench.store.delete('moby');
        // Of the same document at the same time, but read by another device: each record is whole and in its place.
        for (const index of [0, 1, 2]) await bench.commit('moby', index, index === 0 ? 2 : 1);
        const manifest = await bench.store.manifest('moby');
        await bench.records.write({ puts: records.filter(([key]) => key.endsWith('/1')) });
        const read = kind === 'text' ? collected(bench.store.readTexts(manifest)) : bench.readAll('moby');
        expect(await failure(read)).toMatchObject({ details: { document: 'moby', chunk: 1 } });
        if (kind !== 'embeddings') return;
        const search = collected(bench.store.readEmbeddings(manifest));
        expect(await failure(search)).toMatchObject({ details: { document: 'moby', chunk: 1 } });
      },
    );

    test('that ends with another record than the manifest says is refused, of one chunk alone too', async () => {
      for (const index of [0, 1]) await bench.commit('moby', index);
      const records = await bench.records.entries('embeddings/moby/');
      await bench.store.delete('moby');
      for (const index of [0, 1]) await bench.commit('moby', index, 2);
      await bench.records.write({ puts: records });
      const manifest = await bench.store.manifest('moby');
      expect(await failure(bench.store.readEmbeddingsOf(manifest, 1))).toBeInstanceOf(IntegrityError);
    });
  });
}
