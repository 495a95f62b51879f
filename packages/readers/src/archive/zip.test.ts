// Archives by another packer; those that lie about their sizes, and those that are no archives.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zipOf } from '../testing/books.ts';
import { openZip } from './zip.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const open = (bytes: Bytes) => openZip({ blob: new Blob([bytes]), name: 'a.zip' });
const textOf = async (bytes: Bytes, path: string) =>
  new TextDecoder().decode(await (await open(bytes)).bytes(path));
/** Where the record with the signature begins in `bytes`. */
const find = (bytes: Bytes, signature: number): DataView => {
  for (let at = 0; at + 4 <= bytes.length; at++)
    if (new DataView(bytes.buffer, at).getUint32(0, true) === signature)
      return new DataView(bytes.buffer, at);
  throw new Error('no such record');
};
const directoryOf = (bytes: Bytes) => find(bytes, 0x02014b50);
const endOf = (bytes: Bytes) => find(bytes, 0x06054b50);

test('any files come back as they were', async () => {
  const name = fc.stringMatching(/^[a-z/]{1,8}[a-z三]$/).filter((path) => !path.startsWith('/'));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, fc.uint8Array({ maxLength: 300 })), async (files) => {
      const archive = await open(zipOf(files));
      expect([...archive.paths].sort()).toEqual(Object.keys(files).sort());
      for (const [path, bytes] of Object.entries(files))
        expect([...(await archive.bytes(path))]).toEqual([...bytes]);
    }),
    { numRuns: 60 },
  );
});

test('a comment and bytes before the directory are fine', async () => {
  const bytes = zipOf({ a: 'text' });
  const comment = new TextEncoder().encode('a comment');
  endOf(bytes).setUint16(20, comment.length, true);
  expect(await textOf(Uint8Array.from([...bytes, ...comment]), 'a')).toBe('text');
});

describe('sizes', () => {
  const zeros = new Uint8Array(20 * 2 ** 20);

  test('an entry that unpacks to too many times its size is refused while it is unpacked', async () => {
    const honest = zipOf({ bomb: zeros });
    await expect(textOf(honest, 'bomb')).rejects.toMatchObject({
      code: 'LimitExceeded',
      details: { limit: 200 },
    });
    const lying = zipOf({ bomb: zeros });
    directoryOf(lying).setUint32(24, 5, true);
    await expect(textOf(lying, 'bomb')).rejects.toThrow(
      /bomb of a.zip unpacks to too many times its size: [\d,]+; the limit is 200. It may have been made to fill memory/,
    );
  });

  test('an entry that declares more than there may be is refused before it is unpacked', async () => {
    const bytes = zipOf({ a: 'text' });
    directoryOf(bytes).setUint32(24, 0xfffffff0, true);
    await expect(textOf(bytes, 'a')).rejects.toThrow('4,294,967,280; the limit is 134,217,728');
  });

  test('an entry of another size than it declares is damaged', async () => {
    const bytes = zipOf({ a: 'text' });
    directoryOf(bytes).setUint32(24, 7, true);
    await expect(textOf(bytes, 'a')).rejects.toThrow('it has 4 bytes and should have 7');
  });

  test('too many entries are refused', async () => {
    const bytes = zipOf({ a: 'text' });
    endOf(bytes).setUint16(10, 60_000, true);
    await expect(open(bytes)).rejects.toThrow('a.zip has too many entries: 60,000; the limit is 20,000.');
  });
});

test('what leaves the archive is not in it', async () => {
  const files = { '../a': 'x', '/b': 'x', 'c/../../d': 'x', 'C:/e': 'x', 'f\\..\\g': 'x', 'h/': '', ok: 'x' };
  expect((await open(zipOf(files))).paths).toEqual(['ok']);
});

test('what is encrypted, packed otherwise, cut or no archive is refused by name', async () => {
  const changed = (change: (directory: DataView) => void): Bytes => {
    const bytes = zipOf({ a: 'text' });
    change(directoryOf(bytes));
    return bytes;
  };
  await expect(
    textOf(
      changed((view) => view.setUint16(8, 1, true)),
      'a',
    ),
  ).rejects.toThrow('a of a.zip is encrypted');
  await expect(
    textOf(
      changed((view) => view.setUint16(10, 12, true)),
      'a',
    ),
  ).rejects.toThrow('method 12');
  await expect(
    textOf(
      changed((view) => view.setUint32(42, 3, true)),
      'a',
    ),
  ).rejects.toThrow('damaged');
  await expect(open(zipOf({ a: 'text' }).slice(0, 40))).rejects.toThrow('without its end');
  await expect(textOf(zipOf({ a: 'text' }), 'b')).rejects.toThrow('a.zip lacks its entry b');
});

test('any damage is read or refused by name, and nothing else', async () => {
  const whole = zipOf({ 'a.txt': 'All work and no play. '.repeat(20), 'b/c.txt': 'x' });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (place, byte) => {
      const bytes = whole.slice();
      bytes[place] = byte;
      try {
        const archive = await open(bytes);
        for (const path of archive.paths) await archive.bytes(path);
      } catch (error) {
        refused++;
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(?:InvalidInput|LimitExceeded)$/) as string,
        });
      }
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(20);
});
