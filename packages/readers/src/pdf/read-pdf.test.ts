// PDF files made here, object by object: text, places, and what is refused or told.
import { describe, expect, test, vi } from 'vitest';
import { readDocument } from '../read-document.ts';
import { pdfOf, type PdfOptions, type PdfPage } from '../testing/pdf.ts';

const read = async (bytes: Uint8Array<ArrayBuffer>) => {
  const { source, ...rest } = await readDocument(new File([bytes], 'whale.pdf'));
  return { ...rest, text: source as string };
};
const pdf = (pages: readonly PdfPage[], options?: PdfOptions) => read(pdfOf(pages, options));
const pagesOf = (outline: readonly { kind: string; label: string; start: number }[], kind = 'page') =>
  outline.filter((place) => place.kind === kind).map(({ label, start }) => [label, start]);

test('lines become paragraphs, and pages places', async () => {
  const { text, outline, title, notes } = await pdf(
    [
      {
        lines: [
          'Call me Ishmael. Some years ago, never mind how long pre-',
          'cisely, I thought I would sail.',
          20,
          'It is a way.',
        ],
      },
      { lines: ['There now is your city.', '2'] },
    ],
    { title: 'Moby Dick; or, the Whale' },
  );
  expect(text).toBe(
    'Call me Ishmael. Some years ago, never mind how long precisely, I thought I would sail.\n\nIt is a way.\n\nThere now is your city.',
  );
  expect(pagesOf(outline)).toEqual([
    ['1', 0],
    ['2', text.indexOf('There')],
  ]);
  expect([title, notes]).toEqual(['Moby Dick; or, the Whale', []]);
});

test('pages have the labels that the file gives them', async () => {
  const pages = ['Preface', 'More', 'Chapter one', 'Chapter two'].map((line) => ({ lines: [line] }));
  const { outline } = await pdf(pages, {
    labels: [
      { page: 0, style: 'r' },
      { page: 2, style: 'D' },
    ],
  });
  expect(pagesOf(outline).map(([label]) => label)).toEqual(['i', 'ii', '1', '2']);
});

test('bookmarks are headings, where their words stand on the page', async () => {
  const { text, outline } = await pdf(
    [
      { lines: ['Before it.', 30, { text: 'Loomings', size: 18 }, 10, 'Call me.'] },
      { lines: ['No such words.'] },
    ],
    {
      bookmarks: [
        { title: 'LOOMINGS', page: 0 },
        { title: 'Étude 三', page: 1 },
      ],
    },
  );
  expect(pagesOf(outline, 'heading')).toEqual([
    ['LOOMINGS', text.indexOf('Loomings')],
    ['Étude 三', text.indexOf('No such')],
  ]);
});

test('without bookmarks, headings are those of a plain text', async () => {
  const { text, outline } = await pdf([{ lines: ['End of it.', 30, 'CHAPTER 2', 30, 'Now then.'] }]);
  expect(pagesOf(outline, 'heading')).toEqual([['CHAPTER 2', text.indexOf('CHAPTER')]]);
});

test('sentences and words go on over the end of a page', async () => {
  const { text, outline } = await pdf([
    { lines: ['A sentence that is inter-', '1'] },
    { lines: ['rupted goes', '2'] },
    { lines: ['on here.'] },
  ]);
  expect(text).toBe('A sentence that is interrupted goes on here.');
  expect(pagesOf(outline)).toEqual([
    ['1', 0],
    ['2', text.indexOf('rupted')],
    ['3', text.indexOf('on here')],
  ]);
});

test('Latin, Hebrew and Chinese come as they are written', async () => {
  const { text } = await pdf([
    { lines: ['caf\xe9 (na\xefve) \\ 5'] },
    { lines: ['三国演义第一回', '宴桃园豪杰三结义'] },
    { lines: ['\u05dd\u05d5\u05dc\u05e9'] },
  ]);
  expect(text).toBe('café (naïve) \\ 5\n\n三国演义第一回宴桃园豪杰三结义\n\nשלום');
});

describe('pages without text', () => {
  test('are told, and keep their place', async () => {
    const { text, outline, notes } = await pdf([
      { lines: ['One.'] },
      {},
      { picture: true },
      { lines: ['Four.'] },
    ]);
    expect(text).toBe('One.\n\nFour.');
    expect(pagesOf(outline)).toEqual([
      ['1', 0],
      ['2', 4],
      ['3', 4],
      ['4', 6],
    ]);
    expect(notes).toEqual([
      '2 of its 4 pages have no text: they are empty, or pictures, which are not read (p. 2, 3).',
    ]);
  });

  test('alone are no document: the error names the file and what to do', async () => {
    const scan = pdf([{ picture: true }, { picture: true }]);
    await expect(scan).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { kind: 'no text layer', pages: 2 },
    });
    await expect(scan).rejects.toThrow(/^whale.pdf has no text layer: its 2 pages show pictures.*OCRmyPDF/);
  });
});

test('an encrypted file says so', async () => {
  await expect(pdf([{ lines: ['x'] }], { encrypted: true })).rejects.toThrow(
    'whale.pdf is encrypted and opens with a password only.',
  );
});

test('a broken table of objects is mended', async () => {
  for (const xrefAt of [0, 5, 1e6])
    expect((await pdf([{ lines: ['Call me.'] }], { xrefAt })).text).toBe('Call me.');
});

test('what is cut or no PDF behind its first bytes is damaged', async () => {
  const bytes = pdfOf([{ lines: ['x'] }]);
  for (const damaged of [bytes.slice(0, 60), new TextEncoder().encode('%PDF-1.7\nhello')])
    await expect(read(damaged)).rejects.toThrow('whale.pdf is a damaged PDF file');
});

test('more pages than there may be are refused before any is read', async () => {
  await expect(pdf([{ lines: ['x'] }], { count: 9000 })).rejects.toMatchObject({
    code: 'LimitExceeded',
    details: { value: 9000, limit: 8000 },
  });
});

test('a signal ends it between pages', async () => {
  const controller = new AbortController();
  const bytes = pdfOf(Array.from({ length: 50 }, () => ({ lines: ['x'] })));
  const done: number[] = [];
  const reading = readDocument(new File([bytes], 'a.pdf'), {
    signal: controller.signal,
    onProgress: (progress) => {
      done.push(progress.done);
      if (progress.done === 3) controller.abort();
    },
  });
  await expect(reading).rejects.toMatchObject({ code: 'Aborted' });
  expect(done).toEqual([0, 1, 2, 3]);
});

test('nothing is fetched, and nothing said on the console', async () => {
  const spies = [vi.spyOn(globalThis, 'fetch'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
  await pdf([{ lines: ['x'] }]);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('damage by seed %i is read or refused by name', async (seed) => {
  const bytes = pdfOf([{ lines: ['Call me Ishmael.'] }, { lines: ['Some years ago.'] }], { title: 'W' });
  let state = seed;
  for (let i = 0; i < 12; i++) {
    state = (state * 48_271) % 2_147_483_647;
    bytes[9 + (state % (bytes.length - 9))] = state & 255;
  }
  const outcome = await read(bytes).catch((error: unknown) => error);
  if (outcome instanceof Error) expect(outcome.message).toContain('whale.pdf');
});
