// Saving, opening and finding documents; several at a time; append.
import { describe, expect, test } from 'vitest';
import { IntegrityError, InvalidInputError, type ChunkTokens } from '@longread/core';
import { appendPart, createManifest, describedAnew, isUnfinishedPart } from '../../source-parts.ts';
import { makeChunk, makeManifest, makeState, makeText, settings } from '../fixtures.ts';
import { collected, failure, useBench, type Origin } from './subject.ts';

export function describeDocuments(createOrigin: () => Origin): void {
  describe('saving and opening', () => {
    const bench = useBench(createOrigin);

    test('what was committed comes back bit for bit after closing and opening', async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      bench.reopen();
      const { manifest, state } = await bench.store.open('moby');
      expect(manifest).toEqual(makeManifest('moby', 3));
      expect(await bench.readAll('moby')).toEqual([0, 1, 2].map((index) => makeChunk(1, index)));
      for (const index of [0, 1, 2])
        expect(await bench.store.readText(manifest, index)).toEqual(makeText(makeChunk(1, index)));
      expect(state).toEqual(makeState(1, 3));
      expect(new Uint8Array(state?.keys.buffer ?? new ArrayBuffer())).toEqual(
        new Uint8Array(makeState(1, 3).keys.buffer),
      );
    });

    test('only the last state is kept, and a ragged last chunk is fine', async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      const ragged = makeManifest('moby', 4, { numTokens: 27, numChars: 81 });
      await bench.store.commitChunks(
        ragged,
        [{ record: makeChunk(1, 3, 3), text: makeText(makeChunk(1, 3, 3)) }],
        makeState(1, 4),
      );
      expect((await bench.keys()).filter((key) => key.startsWith('state/'))).toEqual(['state/moby/a']);
      expect((await bench.readAll('moby'))[3]).toEqual(makeChunk(1, 3, 3));
      expect((await bench.store.open('moby')).state).toEqual(makeState(1, 4));
    });

    test('several chunks go in at once, behind one or before any', async () => {
      const chunksOf = (...indices: readonly number[]) =>
        indices.map((index) => ({ record: makeChunk(1, index), text: makeText(makeChunk(1, index)) }));
      const { store } = bench;
      const first = await store.commitChunks(makeManifest('moby', 2), chunksOf(0, 1), makeState(1, 2));
      const more = await store.commitChunks(makeManifest('moby', 4), chunksOf(2, 3), makeState(1, 4));
      expect(more.sizeBytes).toBeGreaterThan(first.sizeBytes);
      for (const index of [0, 1, 2, 3]) await bench.commit('other', index);
      expect(await bench.readAll('moby')).toEqual(await bench.readAll('other'));
      expect((await store.open('moby')).state).toEqual((await store.open('other')).state);
      expect((await store.manifest('moby')).sizeBytes).toBe((await store.manifest('other')).sizeBytes);
      expect((await bench.keys()).filter((key) => key.startsWith('state/moby'))).toEqual(['state/moby/a']);
    });

    test('chunks are read whole or in parts, in order or one alone', async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      const manifest = await bench.store.manifest('moby');
      const inOrder = await collected(bench.store.readEmbeddings(manifest));
      for (const index of [0, 1, 2]) {
        const { tokenIds, charEnds, embeddings } = makeChunk(1, index);
        expect(inOrder[index]).toMatchObject({ index, embeddings });
        expect(await bench.store.readEmbeddingsOf(manifest, index)).toMatchObject({ index, embeddings });
        expect(await bench.store.readTokensOf(manifest, index)).toMatchObject({ index, tokenIds, charEnds });
      }
    });

    test('a search needs embeddings alone, and what shows a passage needs none', async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      const manifest = await bench.store.manifest('moby');
      for (const index of [0, 1, 2]) await bench.tamper(`tokens/moby/${index}`, () => undefined);
      for (const index of [0, 1, 2]) await bench.tamper(`text/moby/${index}`, () => undefined);
      expect(await collected(bench.store.readEmbeddings(manifest))).toHaveLength(3);
      await bench.store.delete('moby');
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      for (const index of [0, 1, 2]) await bench.tamper(`embeddings/moby/${index}`, () => undefined);
      expect(await bench.store.readTokensOf(manifest, 1)).toMatchObject({ index: 1 });
      expect(await collected(bench.store.readTexts(manifest))).toHaveLength(3);
    });

    test('a manifest takes the same room however many chunks it counts', async () => {
      const sizes = [];
      for (let index = 0; index < 40; index++) {
        await bench.commit('moby', index);
        const [record] = await bench.records.get(['manifest/moby']);
        sizes.push(JSON.stringify(record).length);
      }
      expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThan(20); // digits of the counts
    });

    test('a view on a larger buffer stores only what it shows', async () => {
      const { tokenIds, ...rest } = makeChunk(1, 0);
      const large = new Uint32Array(100_000);
      large.set(tokenIds, 500);
      const chunk = { ...rest, tokenIds: large.subarray(500, 500 + tokenIds.length) };
      await bench.store.commitChunks(
        makeManifest('moby', 1),
        [{ record: chunk, text: makeText(chunk) }],
        makeState(1, 1),
      );
      const [stored] = (await bench.records.get(['tokens/moby/0'])) as [ChunkTokens];
      expect(stored.tokenIds.buffer.byteLength).toBe(tokenIds.byteLength);
      expect(await bench.readAll('moby')).toEqual([makeChunk(1, 0)]);
    });

    test('a document without chunks has no state and no chunks', async () => {
      await bench.store.updateManifest(makeManifest('empty', 0));
      expect((await bench.store.open('empty')).state).toBeUndefined();
      expect(await bench.readAll('empty')).toEqual([]);
    });

    test('an unknown document is named', async () => {
      expect(await failure(bench.store.manifest('nobody'))).toBeInstanceOf(InvalidInputError);
      expect(await failure(bench.store.open('nobody'))).toMatchObject({ details: { document: 'nobody' } });
      expect(await failure(bench.store.touch('nobody'))).toBeInstanceOf(InvalidInputError);
      expect(await failure(bench.store.updateManifest(makeManifest('nobody', 2)))).toBeInstanceOf(
        InvalidInputError,
      );
      expect(await failure(bench.store.manifest('no/body'))).toBeInstanceOf(InvalidInputError);
    });

    test('another fingerprint is refused by name', async () => {
      await bench.commit('moby', 0);
      const error = await failure(bench.store.open('moby', { fingerprint: 'e'.repeat(64) }));
      expect(error).toMatchObject({
        code: 'Integrity',
        details: { stored: 'f'.repeat(64), engine: 'e'.repeat(64) },
      });
      const expected = { fingerprint: 'f'.repeat(64), settings };
      await bench.store.open('moby', expected);
      const others = { ...expected, settings: { ...settings, budget: 7 } };
      expect(await failure(bench.store.open('moby', others))).toBeInstanceOf(IntegrityError);
    });
  });

  describe('several documents', () => {
    const bench = useBench(createOrigin);

    test('they do not mix, even when one id begins like the other', async () => {
      await bench.commit('a', 0, 1);
      await bench.commit('a.b', 0, 2);
      await bench.commit('a', 1, 1);
      await bench.store.delete('a');
      expect(await bench.readAll('a.b')).toEqual([makeChunk(2, 0)]);
      expect((await bench.store.open('a.b')).state).toEqual(makeState(2, 1));
    });

    test('delete leaves no key behind, and an unknown id is fine', async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index);
      await bench.store.delete('moby');
      expect(await bench.keys()).toEqual([]);
      await bench.store.delete('moby');
    });

    test('list gives the newest used first; usage names those that cannot be read', async () => {
      await bench.store.updateManifest(makeManifest('old', 0, { usedAt: 1 }));
      await bench.store.updateManifest(makeManifest('new', 0, { usedAt: 2 }));
      const future = { ...makeManifest('future', 0), formatVersion: 6 };
      await bench.records.write({
        puts: [
          ['manifest/future', future],
          ['manifest/broken', { formatVersion: 3, id: 7 }],
        ],
      });
      expect((await bench.store.list()).map(({ id }) => id)).toEqual(['new', 'old']);
      const { unreadable } = await bench.store.usage();
      expect(unreadable.map(({ id }) => id).sort()).toEqual(['broken', 'future']);
      expect(unreadable.find(({ id }) => id === 'future')?.reason).toContain('version is 6');
      expect(await failure(bench.store.manifest('future'))).toMatchObject({ code: 'Integrity' });
      expect(await failure(bench.store.manifest('broken'))).toBeInstanceOf(IntegrityError);
      await bench.store.delete('broken');
      expect((await bench.store.usage()).unreadable.map(({ id }) => id)).toEqual(['future']);
    });

    test('find wants a document with the same source, model, settings, limit and state', async () => {
      const match = { fingerprint: 'f'.repeat(64), sourceHash: 'a'.repeat(64), maxTokens: 0 };
      await bench.commit('moby', 0);
      expect(await bench.store.find(match)).toBeUndefined();
      expect(await bench.store.find({ ...match, state: 'reading' })).toMatchObject({ id: 'moby' });
      await bench.store.updateManifest(makeManifest('moby', 1, { state: 'ready', title: 'Moby Dick' }));
      expect(await bench.store.find(match)).toMatchObject({ id: 'moby', title: 'Moby Dick' });
      expect(await bench.store.find({ ...match, state: 'reading' })).toBeUndefined();
      expect(await bench.store.find({ ...match, fingerprint: '' })).toBeUndefined();
      expect(await bench.store.find({ ...match, sourceHash: '' })).toBeUndefined();
      expect(await bench.store.find({ ...match, maxTokens: 5 })).toBeUndefined();
    });

    test('a touch changes nothing but the time of use', async () => {
      await bench.commit('moby', 0);
      const before = Date.now();
      const touched = await bench.store.touch('moby');
      expect(touched.usedAt).toBeGreaterThanOrEqual(before);
      expect(await bench.store.manifest('moby')).toEqual({
        ...makeManifest('moby', 1),
        usedAt: touched.usedAt,
      });
    });
  });

  describe('what is said of a text', () => {
    const bench = useBench(createOrigin);
    const place = { start: 4, kind: 'page', label: '2' } as const;
    const unread = { kind: 'unread', count: 2, first: 7 } as const;
    const said = (text: string) => ({ kind: 'reader', count: 0, first: 0, text }) as const;

    test('is kept, and what is said later takes its place', async () => {
      await bench.commit('moby', 0);
      const [part] = (await bench.store.manifest('moby')).parts;
      if (part === undefined) throw new Error('no part');
      const first = makeManifest('moby', 1, {
        parts: [{ ...part, notes: [said('Page 3 has no text.'), unread], outline: [place] }],
      });
      const stored = await bench.store.updateManifest(first);
      expect((await bench.store.manifest('moby')).parts[0]?.outline).toEqual([place]);

      expect(describedAnew(stored, { notes: [], outline: [] })).toBeUndefined();
      expect(
        describedAnew(stored, { notes: [said('Page 3 has no text.')], outline: [place] }),
      ).toBeUndefined();
      const heading = { start: 5, kind: 'heading', label: 'Loomings', level: 1 } as const;
      const anew = describedAnew(stored, { notes: [said('Now all is read.')], outline: [heading] });
      if (anew === undefined) throw new Error('nothing changed');
      await bench.store.updateManifest(anew);
      expect((await bench.store.manifest('moby')).parts[0]).toMatchObject({
        notes: [said('Now all is read.'), unread],
        outline: [heading],
      });
      expect(anew.sourceHash).toBe(first.sourceHash);
    });
  });

  describe('append', () => {
    const bench = useBench(createOrigin);
    const first = { textHash: '1'.repeat(64), maxTokens: 0, notes: [] };
    const notes = [{ kind: 'unread', count: 2, first: 7 }] as const;
    const second = { textHash: '2'.repeat(64), maxTokens: 0, notes };

    /** One ragged chunk of 3 tokens, then part two begins with a whole chunk. */
    async function appended() {
      const start = createManifest({ id: 'moby', title: 'M', fingerprint: 'f', settings, ...first });
      const one = { ...start, numChunks: 1, numTokens: 3, numChars: 9 };
      const read = await bench.store.commitChunks(
        one,
        [{ record: makeChunk(1, 0, 3), text: makeText(makeChunk(1, 0, 3)) }],
        makeState(1, 1),
      );
      const ready = await bench.store.updateManifest({ ...read, state: 'ready' });
      const added = await appendPart(ready, second);
      const two = { ...added, numChunks: 2, numTokens: 11, numChars: 48 };
      return {
        ready,
        two: await bench.store.commitChunks(
          two,
          [{ record: makeChunk(1, 1), text: makeText(makeChunk(1, 1), 9) }],
          makeState(1, 2),
        ),
      };
    }

    test('goes on after a ragged chunk and keeps where the part began', async () => {
      const { two } = await appended();
      expect(two.parts[1]).toEqual({ ...second, firstChunk: 1, firstToken: 3, firstChar: 9 });
      expect((await bench.readAll('moby')).map(({ tokenIds }) => tokenIds.length)).toEqual([3, 8]);
      expect(await bench.store.manifest('moby')).toEqual(two);
      expect(isUnfinishedPart(two, second)).toBe(true);
      expect(isUnfinishedPart(two, first)).toBe(false);
      expect(await failure(appendPart(two, second))).toBeInstanceOf(InvalidInputError);
    });

    test('is not found by its first text, nor by its second', async () => {
      const { ready, two } = await appended();
      expect(ready.sourceHash).toBe(first.textHash);
      await bench.store.updateManifest({ ...two, state: 'ready' });
      const match = { fingerprint: 'f', maxTokens: 0 };
      expect(await bench.store.find({ ...match, sourceHash: first.textHash })).toBeUndefined();
      expect(await bench.store.find({ ...match, sourceHash: second.textHash })).toBeUndefined();
      expect(await bench.store.find({ ...match, sourceHash: two.sourceHash })).toMatchObject({ id: 'moby' });
    });
  });
}
