// What every file system of the weights cache does; run with each.
import { afterEach, describe, expect, test } from 'vitest';
import type { WeightsFiles } from '../files.ts';

const name = 'conformance';
const bytes = (...values: number[]) => new Uint8Array(values);

export function describeFiles(files: WeightsFiles): void {
  describe('files', () => {
    const content = async () => {
      const blob = await files.read(name);
      return blob && [...new Uint8Array(await blob.arrayBuffer())];
    };
    afterEach(() => files.delete(name));

    test('there is none until one is opened, and none after it was deleted', async () => {
      expect(await content()).toBeUndefined();
      await (await files.open(name)).close();
      expect(await content()).toEqual([]);
      await files.delete(name);
      expect(await content()).toBeUndefined();
      await files.delete(name);
    });

    test('a file grows at its end, over several openings', async () => {
      const first = await files.open(name);
      await first.append(bytes(1, 2));
      await first.flush();
      await first.append(bytes(3));
      expect(first.sizeBytes).toBe(3);
      await first.close();
      const second = await files.open(name);
      expect(second.sizeBytes).toBe(3);
      await second.append(bytes(4, 5));
      await second.close();
      expect(await content()).toEqual([1, 2, 3, 4, 5]);
    });

    test('a cut file grows from there', async () => {
      const file = await files.open(name);
      await file.append(bytes(1, 2, 3, 4));
      await file.truncate(2);
      expect(file.sizeBytes).toBe(2);
      await file.append(bytes(9));
      await file.close();
      expect(await content()).toEqual([1, 2, 9]);
    });
  });
}
