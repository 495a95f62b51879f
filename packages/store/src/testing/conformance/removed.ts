// Stretches that are gathered no more: kept in the manifest, and checked when it is read.
import { describe, expect, test } from 'vitest';
import { IntegrityError } from '@longread/core';
import { failure, useBench, type Origin } from './subject.ts';

export function describeRemoved(createOrigin: () => Origin): void {
  describe('what was removed', () => {
    const bench = useBench(createOrigin);
    const stretch = (firstToken: number, endToken: number) => ({
      ...{ firstToken, endToken },
      ...{ firstChar: 2 * firstToken, endChar: 2 * endToken },
    });
    const removing = async (...removed: ReturnType<typeof stretch>[]) => {
      await bench.commit('moby', 0);
      return bench.store.updateManifest({ ...(await bench.store.manifest('moby')), removed });
    };

    test('is kept with the document, and its records with it', async () => {
      const before = await bench.readAll('moby').catch(() => undefined);
      expect(before).toBeUndefined();
      const stored = await removing(stretch(1, 2), stretch(4, 6));
      expect((await bench.store.manifest('moby')).removed).toEqual([stretch(1, 2), stretch(4, 6)]);
      expect((await bench.readAll('moby')).map(({ tokenIds }) => tokenIds.length)).toEqual([8]);
      await bench.store.updateManifest({ ...stored, removed: undefined });
      expect((await bench.store.manifest('moby')).removed).toBeUndefined();
    });

    test.each([
      ['beyond its end', [stretch(7, 9)]],
      ['of no token', [stretch(3, 3)]],
      ['before another', [stretch(4, 6), stretch(1, 2)]],
      ['that meets another', [stretch(1, 4), stretch(3, 6)]],
      ['of all', [stretch(0, 8)]],
    ])('%s is damage', async (_, stretches) => {
      await removing(...stretches);
      expect(await failure(bench.store.manifest('moby'))).toBeInstanceOf(IntegrityError);
    });
  });
}
