import { IntegrityError } from '@longread/core';
import { expect, test } from 'vitest';
import { gatherText } from './gather-text.ts';

/** A document of one token a character. */
function documentOf(text: string, damagedFrom = Infinity) {
  const numTokens = text.length;
  return {
    numChars: text.length,
    tokens: {
      numTokens,
      idsOf: () => Promise.resolve(new Uint32Array()),
      idsAt: () => Promise.resolve(new Uint32Array()),
      endOf: (token: number) => Promise.resolve(token + 1),
      endsOf: ({ start, end }: { readonly start: number; readonly end: number }) =>
        Promise.resolve(Uint32Array.from({ length: end - start }, (_, i) => start + i + 1)),
    },
    text: {
      startOf: (token: number) => Promise.resolve(token),
      passage: () => Promise.reject(new Error('not asked for')),
      slice: ({ start, end }: { readonly start: number; readonly end: number }) =>
        end > damagedFrom
          ? Promise.reject(new IntegrityError('damaged'))
          : Promise.resolve(text.slice(start, end)),
    },
  };
}

test('a word that two reads share is found once, and where it stands', async () => {
  for (const before of [65_530, 65_535, 65_536, 65_540, 131_070]) {
    const text = `${'so it is. '.repeat(20_000).slice(0, before - 1)} Zebedee, and on. ${'x '.repeat(100)}zebedee`;
    const found = await gatherText(documentOf(text), 0).find(['zebedee', 'gone'], 8);
    expect(found).toEqual([
      { word: 'zebedee', token: before, numPlaces: 2 },
      { word: 'zebedee', token: text.length - 7, numPlaces: 2 },
    ]);
  }
});

test('a text without a space is gone through piece by piece', async () => {
  const text = `${'a'.repeat(200_000)}end end`;
  const found = await gatherText(documentOf(text), 0).find(['end'], 8);
  expect(found).toEqual([{ word: 'end', token: 200_004, numPlaces: 1 }]);
});

test('a text that cannot be read whole has no words to find', async () => {
  const text = `Zebedee. ${'so it is. '.repeat(20_000)}`;
  expect(await gatherText(documentOf(text, 100_000), 0).find(['zebedee'], 8)).toEqual([]);
});

test('a search that is called off ends', async () => {
  const find = gatherText(documentOf('Zebedee.'), 0, AbortSignal.abort()).find(['zebedee'], 8);
  await expect(find).rejects.toMatchObject({ code: 'Aborted' });
});

test('the sentence of a token is found whole, and a window that is not to be widened stays', async () => {
  const text = gatherText(documentOf('It was so. Zebedee hid gold under Quonset. He left.'), 0);
  const window = { centre: 20, start: 15, end: 26 };
  expect(await text.widen([window])).toEqual([window]);
  expect(await text.sentenceAt(window)).toEqual({
    centre: 20,
    start: 11,
    end: 43,
    text: 'Zebedee hid gold under Quonset. ',
  });
});
