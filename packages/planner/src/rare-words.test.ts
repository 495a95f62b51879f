import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createWordSearch,
  meantWindows,
  namesToFollow,
  rareWindows,
  widened,
  wordsToFind,
  type PlacedWord,
} from './rare-words.ts';
import { allScores } from './token-scores.ts';

describe('words of a question', () => {
  test('are looked for in lower case, once each, without short ones', () => {
    expect(wordsToFind('What is the code of Clause 12.3, the CODE?')).toEqual([
      'what',
      'the',
      'code',
      'clause',
      '12',
    ]);
  });

  test('stand out of scripts that write no spaces', () => {
    expect(wordsToFind('合同编号AB_1234是什么')).toEqual(['ab_1234']);
    expect(wordsToFind('谁是船长？')).toEqual([]);
    expect(wordsToFind('Где находится Эйфелева башня')).toEqual(['где', 'находится', 'эйфелева', 'башня']);
  });

  test('are at most 64, none longer than a word', () => {
    expect(wordsToFind('x'.repeat(1000))).toEqual([]);
    expect(wordsToFind(Array.from({ length: 300 }, (_, i) => `word${i}`).join(' '))).toHaveLength(64);
    expect(wordsToFind('')).toEqual([]);
  });
});

test('what a sentence names has a capital, a digit or an underscore', () => {
  expect(namesToFollow('Then fetch_rows(url) met Ada at No. 17 of 2024, said she.')).toEqual([
    'then',
    'fetch_rows',
    'ada',
    '17',
    '2024',
  ]);
});

/** As it is said: every run of letters, marks, digits and underscores, compared in lower case. */
function plainly(text: string, words: readonly string[], maxPlaces: number): PlacedWord[] {
  const runs = [...text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)];
  return words.flatMap((word) => {
    const places = runs.filter(([run]) => run.toLowerCase() === word).map(({ index }) => index);
    return places.length > 0 && places.length <= maxPlaces ? [{ word, places }] : [];
  });
}

describe('the search', () => {
  test('finds whole words whatever their case, and where they stand', () => {
    const search = createWordSearch(['ada', 'x1', 'none'], 2);
    search.add('Adam met ADA. ');
    search.add('x1, ada; x12');
    expect(search.found()).toEqual([
      { word: 'ada', places: [9, 18] },
      { word: 'x1', places: [14] },
    ]);
  });

  test('forgets a word that stands in too many places, and goes on with the others', () => {
    const search = createWordSearch(['the', 'end'], 2);
    search.add('the the ');
    search.add('the the end the ');
    search.add('the end');
    expect(search.found()).toEqual([{ word: 'end', places: [16, 28] }]);
  });

  test('equals a plain count, however the text comes in pieces', () => {
    const words = ['ab', 'a_b', 'é', '1', 'b'];
    const part = fc.constantFrom('ab', 'A_b', 'É', 'é', '1', 'B', 'c', ' ', '. ', '\n', '-');
    fc.assert(
      fc.property(
        fc.array(fc.array(part), { maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (pieces, max) => {
          // Pieces end between words.
          const texts = pieces.map((piece) => `${piece.join('')} `);
          const search = createWordSearch(words, max);
          for (const text of texts) search.add(text);
          expect(search.found()).toEqual(plainly(texts.join(''), words, max));
        },
      ),
    );
  });

  test('looks for nothing without words', () => {
    const search = createWordSearch([], 8);
    search.add('anything');
    expect(search.found()).toEqual([]);
  });
});

describe('windows of rare words', () => {
  const settings = { smoothWindow: 5, maxPlaces: 8 };

  test('one with two of them first, then the rarer, then by score, then the earlier', () => {
    const scores = new Float32Array(100);
    scores[80] = 1;
    const places = [
      { word: 'often', token: 10, numPlaces: 4 },
      { word: 'once', token: 30, numPlaces: 1 },
      { word: 'often', token: 50, numPlaces: 4 },
      { word: 'twice', token: 51, numPlaces: 2 },
      { word: 'often', token: 80, numPlaces: 4 },
      { word: 'often', token: 90, numPlaces: 4 },
    ];
    expect(rareWindows(places, allScores(scores), settings).map(({ centre }) => centre)).toEqual([
      50, 30, 80, 10, 90,
    ]);
  });

  test('a word counts once in a window, and windows end with the document', () => {
    const places = [0, 1, 2].map((token) => ({ word: 'same', token, numPlaces: 3 }));
    expect(rareWindows(places, allScores(new Float32Array(4)), settings)).toEqual([
      { centre: 0, start: 0, end: 3, worth: Math.log(3) },
    ]);
  });

  test('no centre is inside a window before it', () => {
    const place = fc.record({
      word: fc.constantFrom('a', 'b', 'c'),
      token: fc.nat(60),
      numPlaces: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(place), (places) => {
        const windows = rareWindows(places, allScores(new Float32Array(61)), settings);
        for (const [i, { centre }] of windows.entries())
          for (const { start, end } of windows.slice(0, i))
            expect(centre < start || centre >= end).toBe(true);
        for (const { token } of places)
          expect(windows.some(({ start, end }) => token >= start && token < end)).toBe(true);
      }),
    );
  });
});

test('windows grow alike into the room there is, never shrink, and end with the document', () => {
  const window = (centre: number) => ({ centre, start: centre - 2, end: centre + 3 });
  expect(widened([window(50)], 21, 100)).toEqual([{ centre: 50, start: 40, end: 61 }]);
  expect(widened([window(50), window(95)], 42, 100)).toEqual([
    { centre: 50, start: 40, end: 61 },
    { centre: 95, start: 85, end: 100 },
  ]);
  expect(widened([window(50), window(20)], 4, 100)).toEqual([window(50), window(20)]);
  expect(widened([window(500)], 10_000, 1000)).toEqual([{ centre: 500, start: 436, end: 565 }]);
  expect(widened([], 100, 10)).toEqual([]);
});

test('windows are meant that are worth most, unless they are too many', () => {
  const window = (centre: number, worth: number) => ({ centre, start: centre, end: centre + 1, worth });
  expect(meantWindows([window(9, 2), window(3, 2), window(1, 1)], 2)).toEqual([window(9, 2), window(3, 2)]);
  expect(meantWindows([window(9, 2), window(3, 2), window(1, 1)], 1)).toEqual([]);
  expect(meantWindows([], 3)).toEqual([]);
});
