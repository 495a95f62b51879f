import { expect, test } from 'vitest';
import { toSentences } from './sentences.ts';

/** A document whose tokens are words, each with the blank before it. */
function wordsOf(text: string) {
  const charEnds = Uint32Array.from(text.matchAll(/\s*\S+/g), ({ index, 0: word }) => index + word.length);
  const startOf = (token: number) => Promise.resolve(charEnds[token - 1] ?? 0);
  const endsOf = (span: { start: number; end: number }) =>
    Promise.resolve(charEnds.slice(span.start, span.end));
  const slice = ({ start, end }: { start: number; end: number }) => Promise.resolve(text.slice(start, end));
  return { charEnds, tokens: { numTokens: charEnds.length, endsOf }, text: { startOf, slice } };
}

test('windows become the sentences that they are mostly in', async () => {
  const text = 'It rained. Anna went to the bakery on the hill. Then she slept. Nobody knew why she did.';
  const document = wordsOf(text);
  const around = async (centre: number, reach: number) => {
    const window = { centre, start: Math.max(0, centre - reach), end: centre + reach + 1 };
    const [moved] = await toSentences(document, [window], 9);
    return text.slice(
      await document.text.startOf(moved?.start ?? -1),
      document.charEnds[(moved?.end ?? 0) - 1],
    );
  };
  expect(await around(5, 2)).toBe(' Anna went to the bakery on the hill.');
  expect(await around(11, 2)).toBe(' Then she slept.');
  expect(await around(0, 1)).toBe('It rained.');
  expect(await around(16, 2)).toBe(' Nobody knew why she did.');
});

test('a sentence that is longer than what is looked at stays cut', async () => {
  const document = wordsOf('word '.repeat(50).trim());
  const window = { centre: 25, start: 20, end: 31 };
  expect(await toSentences(document, [window], 10)).toEqual([window]);
});
