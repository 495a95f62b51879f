// Export and import: the same document on the other side, or nothing at all.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AbortedError, DocumentInUseError, IntegrityError, InvalidInputError } from '@longread/core';
import { makeChunk, makeManifest, makeState, makeText } from '../fixtures.ts';
import { bytesOfStream, streamOf } from '../streams.ts';
import { failure, useBench, type Origin } from './subject.ts';

export function describeTransfer(createOrigin: () => Origin): void {
  describe.each([3, 4, 5])('export and import in version %i', (formatVersion) => {
    const bench = useBench(createOrigin);
    let file: Uint8Array<ArrayBuffer>;
    beforeEach(async () => {
      for (const index of [0, 1, 2]) await bench.commit('moby', index, 1, { formatVersion });
      const outline = [{ start: 2, kind: 'heading', label: 'Étude', level: 2 }] as const;
      const parts = makeManifest('moby', 3).parts.map((part) => ({ ...part, outline }));
      await bench.store.updateManifest(makeManifest('moby', 3, { formatVersion, state: 'ready', parts }));
      file = await bytesOfStream(bench.store.exportDocument('moby'));
    });
    const importFile = (bytes: Uint8Array<ArrayBuffer>, pieceBytes = 100) =>
      bench.store.importDocument(streamOf(bytes, pieceBytes));

    test.for([1, 7, 64, 1e6])('a file in pieces of %i bytes gives the same document', async (pieceBytes) => {
      const before = await bench.store.manifest('moby');
      expect(before.parts[0]?.outline).toHaveLength(1);
      await bench.store.delete('moby');
      const imported = await importFile(file, pieceBytes);
      expect(imported).toEqual({ ...before, usedAt: imported.usedAt });
      const { manifest, state } = await bench.store.open('moby', { fingerprint: before.fingerprint });
      expect(manifest).toEqual(imported);
      expect(state).toEqual(makeState(1, 3, formatVersion));
      expect(await bench.readAll('moby')).toEqual([0, 1, 2].map((index) => makeChunk(1, index)));
      for (const index of [0, 1, 2])
        expect(await bench.store.readText(manifest, index)).toEqual(makeText(makeChunk(1, index)));
      expect((await bench.keys()).filter((key) => key.startsWith('import/'))).toEqual([]);
    });

    test('a Blob is imported with progress to its end', async () => {
      await bench.store.delete('moby');
      const done: number[] = [];
      await bench.store.importDocument(new Blob([file]), {
        onProgress: (progress) => {
          expect(progress.total).toBe(file.length);
          done.push(progress.done);
        },
      });
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      expect(done.at(-1)).toBe(file.length);
    });

    test('a document that is still being read goes over as of its last chunk', async () => {
      await bench.store.updateManifest(makeManifest('empty', 0, { formatVersion }));
      await bench.commit('dick', 0, 1, { formatVersion });
      for (const id of ['empty', 'dick']) {
        const partial = await bytesOfStream(bench.store.exportDocument(id));
        await bench.store.delete(id);
        expect(await importFile(partial)).toMatchObject({ id, state: 'reading' });
      }
      await bench.commit('dick', 1, 1, { formatVersion });
      expect(await bench.readAll('dick')).toHaveLength(2);
    });

    test('an id that is stored already is refused, and what is stored stays', async () => {
      expect(await failure(importFile(file))).toBeInstanceOf(InvalidInputError);
      expect(await bench.readAll('moby')).toHaveLength(3);
      await bench.store.delete('moby');
      const hold = await bench.otherTab().hold('moby', 'write');
      expect(await failure(importFile(file))).toBeInstanceOf(DocumentInUseError);
      hold.release();
    });

    test('wherever the file is cut, nothing of it stays', async () => {
      await bench.store.delete('moby');
      for (let length = 0; length < file.length; length += Math.ceil(file.length / 40)) {
        const error = await failure(importFile(file.slice(0, length), 1e6));
        expect(error).toBeInstanceOf(IntegrityError);
        expect((error as IntegrityError).details).toMatchObject({ fileBytes: length });
        expect(await bench.keys()).toEqual([]);
      }
      expect(await failure(importFile(Uint8Array.of(...file, 0)))).toMatchObject({
        details: { field: 'end', offset: file.length },
      });
      expect(await bench.keys()).toEqual([]);
    });

    test('an import that is cancelled leaves nothing, even when its source has stalled', async () => {
      await bench.store.delete('moby');
      const controller = new AbortController();
      const stalled = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start: (stream) => stream.enqueue(file.slice(0, file.length - 10)),
      });
      const imported = bench.store.importDocument(stalled, { signal: controller.signal });
      await vi.waitFor(async () => expect(await bench.keys()).toContain('text/moby/1'));
      controller.abort();
      expect(await failure(imported)).toBeInstanceOf(AbortedError);
      expect(await bench.keys()).toEqual([]);
    });

    test('what an import that died left behind is swept', async () => {
      await bench.store.delete('moby');
      await bench.records.write({
        puts: [
          ['import/moby', { id: 'moby' }],
          ['chunk/moby/0', makeChunk(1, 0)],
        ],
      });
      const other = await bench.otherTab().hold('moby', 'write');
      await bench.store.usage();
      expect(await bench.keys()).toHaveLength(2);
      other.release();
      await vi.waitFor(async () => {
        await bench.store.usage();
        expect(await bench.keys()).toEqual([]);
      });
    });

    test('an export holds its document until it ends or is cancelled', async () => {
      const reader = bench.store.exportDocument('moby').getReader();
      await reader.read();
      expect(await failure(bench.store.delete('moby'))).toBeInstanceOf(DocumentInUseError);
      await reader.cancel();
      await vi.waitFor(() => bench.store.delete('moby'));
      expect(await failure(bytesOfStream(bench.store.exportDocument('moby')))).toBeInstanceOf(
        InvalidInputError,
      );
    });
  });
}
