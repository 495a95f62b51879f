// What sources give: text as it was, whatever it came as, and a hash that tells any two apart.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentSource } from '../api.ts';
import { bytesOf, prose, readWhole as read, streamOf, type Bytes } from '../testing/sources.ts';

const utf16 = (text: string, isLittle = true): Bytes => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittle);
  return new Uint8Array(view.buffer);
};

describe('encodings', () => {
  test('a byte-order mark of UTF-8 is kept', async () => {
    expect(await read(new Blob([bytesOf('\ufeffHello')]))).toMatchObject({ text: '\ufeffHello', notes: [] });
  });

  test.each([
    ['little-endian with a mark', utf16(`\ufeff${prose}`), `\ufeff${prose}`],
    ['big-endian with a mark', utf16(`\ufeff${prose}`, false), `\ufeff${prose}`],
    ['little-endian without', utf16(prose), prose],
    ['big-endian without', utf16(prose, false), prose],
    ['of Chinese, with a mark', utf16('\ufeff三国演义'), '\ufeff三国演义'],
    ['with lone surrogates', utf16('\ufeffa\udc00\ud800'), '\ufeffa\udc00\ud800'],
    ['of one letter', utf16('\ufeffa'), '\ufeffa'],
  ])('UTF-16 %s is decoded, and told', async (_, bytes, text) => {
    const notes = [{ kind: 'utf-16', count: 0, first: 0 }];
    expect(await read(new Blob([bytes]))).toMatchObject({ text, notes });
    expect((await read(streamOf(bytes, 3).stream)).text).toBe(text);
  });

  test('UTF-16 that ends inside a character is refused', async () => {
    const cut = utf16(`\ufeff${prose}`).slice(0, -1);
    await expect(read(new Blob([cut]))).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { bytes: cut.length },
    });
  });

  test('bytes that are not UTF-8 are read as windows-1252, with the offset of the first', async () => {
    const bytes = Uint8Array.of(...bytesOf(`${prose}“caf`), 0xe9, 0x20, 0x93, ...bytesOf('é'), 0xe2, 0x82);
    const notes = [{ kind: 'windows-1252', count: 4, first: bytesOf(`${prose}“caf`).length }];
    const text = `${prose}“café \u201cé\u00e2\u201a`;
    for (const pieceBytes of [1, 2, 5, 1e6])
      expect(await read(streamOf(bytes, pieceBytes).stream)).toMatchObject({ text, notes });
  });

  test('a bad byte late in a long file costs that byte alone', async () => {
    const bytes = bytesOf('All quiet. '.repeat(20_000));
    bytes[150_000] = 0xff;
    const { text, notes } = await read(new Blob([bytes]));
    expect(notes).toEqual([{ kind: 'windows-1252', count: 1, first: 150_000 }]);
    expect(text).toHaveLength(bytes.length);
    expect(text[150_000]).toBe('ÿ');
  });

  test('another encoding is refused with byte and offset', async () => {
    const russian = Uint8Array.from('Однажды весною, в час небывало жаркого заката', (c) =>
      c.charCodeAt(0) > 0x400 ? c.charCodeAt(0) - 0x350 : c.charCodeAt(0),
    );
    const failing = read(new Blob([bytesOf('Title: '), russian]));
    await expect(failing).rejects.toMatchObject({ code: 'InvalidInput', details: { offset: 7, byte: 0xce } });
    await expect(failing).rejects.toThrow(/0xce.* at byte 7.*UTF-8/);
  });

  test('a zero is a character like others', async () => {
    const text = 'One\0zero in a text that is long enough to be one.';
    expect(await read(new Blob([bytesOf(text)]))).toMatchObject({ text, notes: [] });
    expect(await read(text)).toMatchObject({ text });
  });

  test('any bytes: whatever the pieces, the same text, hash and notes, or the same refusal', async () => {
    const any = fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes));
    const textLike = fc.string({ unit: 'grapheme', maxLength: 40 }).map(bytesOf);
    const mixed = fc
      .tuple(textLike, any, textLike)
      .map((parts) => Uint8Array.from(parts.flatMap((p) => [...p])));
    const outcome = (bytes: Bytes, size: number) =>
      read(streamOf(bytes, size).stream).catch((error: unknown) => String(error));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(any, textLike, mixed),
        fc.integer({ min: 1, max: 9 }),
        async (bytes, size) => {
          expect(await outcome(bytes, size)).toEqual(await outcome(bytes, 1000));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('files that are no text', () => {
  test.each([
    ['%PDF-1.7\n1 0 obj\n<< >>\nendobj', 'PDF'],
    ['PK\x03\x04 and more of a document', 'docx'],
    ['\x89PNG\r\n\x1a\n', 'PNG'],
    ['\xff\xd8\xff\xe0 and so on', 'JPEG'],
    ['\x1f\x8b\b\0', 'gzip'],
    ['GGUF\x03\0\0\0\0\0\0\0', 'GGUF'],
    ['\x89LRD\r\n\x1a\n', 'exported by Longread'],
    ['\xd0\xcf\x11\xe0\xa1\xb1', 'Office'],
    ['ID3\x04\0\0\0\0\x1f\xd8', 'sound'],
    ['RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0', 'RIFF'],
    ['OggS\0\x02', 'sound'],
    ['BZh91AY&SY\x0e\xaa', 'bzip2'],
  ])('%j is named', async (head, name) => {
    const bytes = Uint8Array.from(head, (char) => char.charCodeAt(0));
    await expect(read(new Blob([bytes]))).rejects.toThrow(name);
  });

  test.each([
    'GGUF is a format of model files.',
    'ID3 tags are for music.',
    'RIFFs and solos',
    'BZh, said the bee',
    'ID3, dit Zoë à la fête: « déjà »',
    'GIF8 — ein Maß für Bilder',
  ])('%j is text', async (text) => {
    expect((await read(new Blob([text]))).text).toBe(text);
    expect((await read(text)).text).toBe(text);
  });

  test('a PDF as a string is named too', async () => {
    await expect(read('%PDF-1.4 as somebody pasted it')).rejects.toThrow('PDF');
  });

  test('many control characters are refused, with the first one’s place', async () => {
    const text = `${'x'.repeat(20)}${'\x01\x02'.repeat(20)}`;
    await expect(read(text)).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { offset: 20, controls: 40 },
    });
  });

  test.each([
    ['<!DOCTYPE html><title>x</title>', 'html'],
    ['\ufeff  <!-- saved -->\n<HTML lang="en">', 'html'],
    ['<?xml version="1.0"?>\n<html xmlns="">', 'html'],
    ['<div><p>One</p><p>Two</p><p>Three</p></div>', 'html'],
    ['{\\rtf1\\ansi Hello}', 'rtf'],
  ] as const)('%j is told to be markup', async (text, kind) => {
    expect((await read(new Blob([text]))).notes).toEqual([{ kind, count: 0, first: 0 }]);
  });

  test.each(['a < b and b > c', '<p> is a tag', '<poem>\n<line>Ahoy</line>\n</poem>'])(
    '%j is not',
    async (text) => {
      expect((await read(text)).notes).toEqual([]);
    },
  );
});

describe('identity', () => {
  const unit = fc.oneof(
    fc.constantFrom('a', 'é', '三', '👩', '\ud800', '\udc00', '\ufffd', '\ufeff', '\0', ' '),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
  const hashOf = async (source: DocumentSource) => (await read(source).catch(() => undefined))?.hash;

  test('no two texts have the same hash', async () => {
    let compared = 0; // what is refused has none
    await fc.assert(
      fc.asyncProperty(text, text, async (a, b) => {
        const [one, other] = [await hashOf(a), await hashOf(b)];
        if (one === undefined) return;
        compared++;
        expect(one === other).toBe(a === b);
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test('no two files that differ in one byte have the same hash', async () => {
    const files = fc.oneof(
      text.map(bytesOf),
      text.map((value) => utf16(`\ufeff${value}`)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
      fc.constant(bytesOf(prose)),
    );
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), fc.integer({ min: 1, max: 255 }), async (bytes, place, change) => {
        if (bytes.length === 0) return;
        const other = bytes.slice();
        other[place % bytes.length] = (other[place % bytes.length] ?? 0) ^ change;
        const hash = await hashOf(new Blob([bytes]));
        if (hash === undefined) return;
        compared++;
        expect(await hashOf(new Blob([other]))).not.toBe(hash);
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  test('a string, its file, its stream and its pieces are the same source', async () => {
    const value = `${prose}👩‍👩‍👧`;
    const units = async function* () {
      for (const char of value.split('')) yield Promise.resolve(char);
    };
    const { hash } = await read(value);
    for (const source of [new Blob([value]), streamOf(bytesOf(value), 7).stream, units()])
      expect(await read(source)).toEqual({ text: value, hash, notes: [] });
  });

  test('the same bytes in another encoding are another source', async () => {
    const wide = utf16(prose);
    const asText = String.fromCharCode(...wide);
    expect(await hashOf(new Blob([wide]))).not.toBe(await hashOf(asText.slice(0, 20)));
  });
});
