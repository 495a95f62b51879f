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

test('titles are looked for where the question names no file or heading', async () => {
  const other = 'Other\nIt was so.\n\n'.repeat(9);
  const text = `${other}Mali\nCapital: Bamako\n\n${other}`;
  const start = text.indexOf('Mali');
  const under = { start, end: text.indexOf('Other', start), words: ['mali'] };
  const heading = { start: 19, kind: 'heading', label: 'Mali' } as const;
  const next = { start: 60, kind: 'heading', label: 'Chad' } as const;
  for (const piece of [3, text.length]) {
    const found = await gatherText(documentOf(text, { piece }), 0).look('Mali?', ['mali'], 8);
    expect(found).toEqual({ places: [{ word: 'mali', token: start, numPlaces: 1 }], named: [under] });
    const document = { ...documentOf(text, { piece }), places: [heading, next] };
    const marked = await gatherText(document, 0).look('Mali?', ['mali'], 8);
    expect(marked.named).toEqual([{ start: 19, end: 60, words: ['mali'] }]);
  }
  const damaged = documentOf(`${text}${'so it is. '.repeat(20_000)}`, { damagedFrom: 100_000 });
  expect(await gatherText(damaged, 0).look('Mali?', ['mali'], 8)).toEqual({ places: [], named: [] });
});
