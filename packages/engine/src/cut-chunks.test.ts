// A source in chunks, tokenized a second time while it is read: what one pass over all of it would give, from any place on.
import { createTokenizer, openGguf } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutChunks, type SourceChunk } from './cut-chunks.ts';
import { checkLength, survey, type SurveyedSource } from './survey.ts';
import { bytesOf, streamOf } from './testing/sources.ts';
import { tokenized } from './testing/tokenized.ts';

const { tokenizer: definition } = await openGguf(bytesSource(tinyLlama(7)));
const tokenizer = createTokenizer(definition);
const atStart = { firstToken: 0, firstChar: 0 };

async function chunksOf(...[source, size, from]: [SurveyedSource, number, typeof atStart]) {
  const chunks: SourceChunk[] = [];
  for await (const chunk of cutChunks(tokenizer, source, size, from)) chunks.push(chunk);
  return chunks;
}

const unit = fc.constantFrom('a', 'the ', 'rain', '\n', 'é', '三', '👩‍👩‍👧', '\ud800', '\r\n', '\u0301');
const text = fc
  .array(unit, { minLength: 1, maxLength: 300 })
  .map((units) => units.join(''))
  .filter((all) => all.trim() !== '');

test('all tokens and all text, in chunks of one size, as the tokenizer gives them of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (source, chunkSize) => {
      const { ids, charEnds, unread } = tokenizer.encodeSpans(source);
      const surveyed = await survey(tokenizer, source, { maxTokens: 0 });
      expect(surveyed).toMatchObject({ numTokens: ids.length, numChars: source.length, isCut: false });
      expect(surveyed.notes.some(({ kind }) => kind === 'unread')).toBe(unread.length > 0);
      const chunks = await chunksOf(surveyed, chunkSize, atStart);
      expect(chunks.map(({ text: piece }) => piece).join('')).toBe(source);
      expect(chunks.flatMap(({ tokenIds }) => [...tokenIds])).toEqual([...ids]);
      expect(chunks.flatMap(({ charEnds: ends }) => [...ends])).toEqual([...charEnds]);
      chunks.slice(0, -1).forEach(({ tokenIds }) => expect(tokenIds).toHaveLength(chunkSize));
    }),
  );
});

test('from any chunk on they are the same, and nothing where all was read', async () => {
  const source = 'The rain and the wind, Zoë said; 三国. '.repeat(2000);
  const surveyed = await survey(tokenizer, streamOf(bytesOf(source), 999).stream, { maxTokens: 0 });
  const all = await chunksOf(surveyed, 100, atStart);
  for (const skipped of [1, 7, all.length - 1, all.length]) {
    const before = all.slice(0, skipped);
    const firstChar = before.reduce((sum, { text: piece }) => sum + piece.length, 0);
    const firstToken = before.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    expect(await chunksOf(surveyed, 100, { firstToken, firstChar })).toEqual(all.slice(skipped));
  }
});

test('the same source has the same tokens, whatever pieces it comes in', async () => {
  const unbroken = 'x'.repeat(90_000); // nothing in it says where to cut for the tokenizer: it is cut by length
  const whole = await tokenized(tokenizer, unbroken, { maxTokens: 0, chunkSize: 1024 });
  for (const pieceBytes of [1000, 16_384, 50_000]) {
    const { stream } = streamOf(bytesOf(unbroken), pieceBytes);
    const read = await tokenized(tokenizer, stream, { maxTokens: 0, chunkSize: 1024 });
    expect(read.textHash).toBe(whole.textHash);
    expect(read.ids).toEqual(whole.ids);
    expect(read.charEnds).toEqual(whole.charEnds);
  }
});

describe('a limit cuts a source where it cuts the whole of it', () => {
  const character = (source: string, at: number) => {
    const found = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(source).containing(at);
    return (found?.index ?? 0) + (found?.segment.length ?? 0);
  };

  test('near its start, within a character, at its end and beyond', async () => {
    const source = `${'rain 👩‍👩‍👧 e\u0301 '.repeat(1500)}the end`;
    const whole = await tokenized(tokenizer, source, { maxTokens: 0, chunkSize: 4096 });
    for (const maxTokens of [1, 5, 6, 7, 8, 20_003, whole.numTokens - 1]) {
      const { stream } = streamOf(bytesOf(source), 4000);
      const cut = await tokenized(tokenizer, stream, { maxTokens, chunkSize: 4096 });
      expect(cut).toMatchObject({ numTokens: maxTokens, isCut: true, textHash: whole.textHash });
      expect(cut.text).toBe(source.slice(0, cut.numChars));
      expect(cut.numChars).toBe(character(source, (whole.charEnds[maxTokens - 1] ?? 0) - 1));
    }
    for (const maxTokens of [whole.numTokens, whole.numTokens + 1, 1e9])
      expect(await survey(tokenizer, source, { maxTokens })).toMatchObject({
        numTokens: whole.numTokens,
        isCut: false,
      });
  });

  test('behind more text than is kept at hand', async () => {
    const source = `${'the '.repeat(150_000)}👩‍👩‍👧 and more`;
    const { numTokens, numChars } = await survey(tokenizer, source, { maxTokens: 150_006 });
    expect(numTokens).toBe(150_006);
    expect(source.slice(600_000, numChars)).toBe('👩‍👩‍👧');
  });
});

describe('a source that is another one the second time is refused, before it is used', () => {
  const text = 'The rain and the wind. '.repeat(3000);
  test.each([
    ['with another word', text.replaceAll('wind.', 'sail.')],
    ['shorter', text.slice(0, -30)],
    ['longer', `${text}And more.`],
    ['empty', ''],
    ['with its words in another order', text.replace('rain and the wind', 'wind and the rain')],
  ])('%s', async (_, second) => {
    const surveyed = await survey(tokenizer, text, { maxTokens: 0 });
    const reading = chunksOf({ ...surveyed, again: () => second }, 256, atStart);
    const error: unknown = await reading.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'InvalidInput' });
    expect(String(error)).toContain('changed');
  });
});

test.each([
  ['characters', { numChars: 2 ** 32, numTokens: 1 }],
  ['tokens', { numChars: 1, numTokens: 2 ** 32 }],
])('more %s than 32 bits count are refused', (setting, length) => {
  expect(() => checkLength({ numChars: 2 ** 32 - 1, numTokens: 2 ** 32 - 1 })).not.toThrow();
  expect(() => checkLength(length)).toThrow(`more than 4,294,967,295 ${setting}`);
});

test('cancelled, it lets go of what it reads', async () => {
  const controller = new AbortController();
  const surveyed = await survey(tokenizer, 'the rain '.repeat(9000), { maxTokens: 0 });
  let isCancelled = false;
  const again = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (to) => to.enqueue(bytesOf('the rain '.repeat(4000))),
      cancel: () => void (isCancelled = true),
    });
  const chunks = cutChunks(tokenizer, { ...surveyed, again }, 256, atStart, controller.signal);
  await chunks.next();
  setTimeout(() => controller.abort());
  await expect(
    (async () => {
      for await (const chunk of chunks) expect(chunk.tokenIds).toHaveLength(256);
    })(),
  ).rejects.toMatchObject({ code: 'Aborted' });
  expect(isCancelled).toBe(true);
});
