// Sources as tokens: their text and its ends, what the model cannot see, limits, cancelling, and sources that are closed.
import { createTokenizer, openGguf, type Tokenizer } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import { describe, expect, test } from 'vitest';
import { withoutBytes } from './testing/lossy.ts';
import { tokenized as tokenize } from './testing/tokenized.ts';
import { countTokens } from './tokenize.ts';

const { tokenizer: definition } = await openGguf(bytesSource(tinyLlama(7)));
const tokenizer = createTokenizer(definition);
const all = { maxTokens: 0 };
const long = 'the rain and the wind in the harbour '.repeat(10_000);

/** Lacks é's second byte and all of the letter q. */
const lossy: Tokenizer = withoutBytes(definition, [0xa9, 0x71]);

describe('cancelling', () => {
  test('by a message ends it early, and closes the source', async () => {
    const controller = new AbortController();
    let done = 0;
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (to) => to.enqueue(new TextEncoder().encode(long.slice(0, 50_000))),
      cancel: () => {
        isCancelled = true;
      },
    });
    const tokenizing = tokenize(tokenizer, stream, {
      maxTokens: 0,
      signal: controller.signal,
      onProgress: (progress) => {
        if (done === 0) setTimeout(() => controller.abort());
        done = progress.done;
      },
    });
    await expect(tokenizing).rejects.toMatchObject({ code: 'Aborted', details: { during: 'tokenize' } });
    expect(done).toBeGreaterThan(0);
    expect(isCancelled).toBe(true);
  });
});

describe('text', () => {
  test('is the source, and the ends of tokens lie in it', async () => {
    const source = '\ufeffOne é, 三, 👩‍👩‍👧\r\nand the rest.\n\n';
    const { text, charEnds, ids, notes } = await tokenize(tokenizer, source, all);
    expect(text).toBe(source);
    expect(charEnds).toHaveLength(ids.length);
    expect(charEnds.at(-1)).toBe(source.length);
    expect(charEnds[0]).toBe(2);
    expect(notes).toEqual([]);
  });

  test('a byte-order mark counts in offsets and is not the model’s to see', async () => {
    const marked = await tokenize(tokenizer, '\ufeffthe rain', all);
    const plain = await tokenize(tokenizer, 'the rain', all);
    expect(marked.ids).toEqual(plain.ids);
    expect(marked.charEnds).toEqual(plain.charEnds.map((end) => end + 1));
    expect(marked.sourceHash).not.toBe(plain.sourceHash);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'cut at %i tokens it ends with a whole character',
    async (maxTokens) => {
      const source = 'a👩‍👩‍👧e\u0301🇩🇪\r\nb';
      const { text, ids, charEnds } = await tokenize(tokenizer, source, { maxTokens });
      expect(ids).toHaveLength(maxTokens);
      const ends = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(source)].map(
        (part) => part.index + part.segment.length,
      );
      expect(source.startsWith(text)).toBe(true);
      expect(ends).toContain(text.length);
      expect(text.length).toBeGreaterThanOrEqual(charEnds.at(-1) ?? 0);
    },
  );

  test('cut where a character goes on in the next chunk, it has all of it', async () => {
    const chunks = async function* () {
      yield Promise.resolve('e');
      yield '\u0301';
      yield 'f';
    };
    expect((await tokenize(tokenizer, chunks(), { maxTokens: 1 })).text).toBe('e\u0301');
  });

  test('as long as the limit it is whole, with what stands behind its last token', async () => {
    const { ids } = await tokenize(lossy, 'the rain', all);
    const { text } = await tokenize(lossy, 'the rainq', { maxTokens: ids.length });
    expect(text).toBe('the rainq');
  });
});

describe('what the model cannot see', () => {
  test('is counted, with the first one’s place', async () => {
    const { text, notes } = await tokenize(lossy, '\ufeffcafé and quiet qé', all);
    expect(text).toBe('\ufeffcafé and quiet qé');
    expect(notes).toEqual([{ kind: 'unread', count: 4, first: 4 }]);
  });

  test('lone surrogates are told: the model gets another character for them', async () => {
    const { text, notes } = await tokenize(tokenizer, 'a\ud800b', all);
    expect(text).toBe('a\ud800b');
    expect(notes).toEqual([{ kind: 'unread', count: 1, first: 1 }]);
  });

  test('behind the limit does not count', async () => {
    const { notes } = await tokenize(lossy, `the rain${'q'.repeat(9)}`, { maxTokens: 2 });
    expect(notes).toEqual([]);
  });

  test('when it is everything, that is said', async () => {
    await expect(tokenize(lossy, 'qqq', all)).rejects.toThrow(/none of the document's 3 characters/);
  });

  test('is told with the last report, before anything is read', async () => {
    const reported: (readonly string[] | undefined)[] = [];
    await tokenize(lossy, 'quiet', { ...all, onProgress: ({ notes }) => reported.push(notes) });
    expect(reported.at(-1)).toEqual([expect.stringContaining('1 of its characters')]);
  });
});

test.each(['', ' \n\t', '\ufeff', '\ufeff \n'])('%j is empty', async (source) => {
  await expect(tokenize(tokenizer, source, all)).rejects.toThrow('empty');
});

test('a source that is cut has the hash of all of it', async () => {
  const text = long.slice(0, 100_000);
  const whole = await tokenize(tokenizer, text, all);
  const cut = await tokenize(tokenizer, new Blob([text]), { maxTokens: 10 });
  expect(cut.sourceHash).toBe(whole.sourceHash);
  expect(cut.ids).toEqual(whole.ids.slice(0, 10));
});

describe('counting', () => {
  test.for(['', 'a', ' ', 'One é, 三, 👩‍👩‍👧\r\n', '<|im_end|>', 'x'.repeat(70_000), '\ud800'])(
    'gives the tokens that a document of %j has',
    async (text) => {
      expect(await countTokens(tokenizer, text, undefined)).toBe(tokenizer.encodeText(text).length);
    },
  );

  test('counts a mark before the text as reading does, and a long text whole', async () => {
    const { ids } = await tokenize(tokenizer, `\ufeff${long}`, all);
    expect(await countTokens(tokenizer, `\ufeff${long}`, undefined)).toBe(ids.length);
  });

  test('is cancelled, and refuses what is no text', async () => {
    await expect(countTokens(tokenizer, long, AbortSignal.abort())).rejects.toMatchObject({
      code: 'Aborted',
    });
    const number = 5 as unknown as string;
    await expect(countTokens(tokenizer, number, undefined)).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});
