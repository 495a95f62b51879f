import { expect, test } from 'vitest';
import { characterDocument as documentOf } from '../testing/character-document.ts';
import { gatherText } from './gather-text.ts';

test('a word that pieces share is found once, and where it stands', async () => {
  const text = 'So it is. Zebedee, and on; x zebedee';
  for (let piece = 1; piece < 40; piece++) {
    const found = await gatherText(documentOf(text, { piece }), 0).find(['zebedee', 'gone', 'bed'], 8);
    expect(found).toEqual([
      { word: 'zebedee', token: 10, numPlaces: 2 },
      { word: 'zebedee', token: 29, numPlaces: 2 },
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
  expect(await gatherText(documentOf(text, { damagedFrom: 100_000 }), 0).find(['zebedee'], 8)).toEqual([]);
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
