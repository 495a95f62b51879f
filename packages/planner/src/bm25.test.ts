import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bm25Scores, createBm25, wordsOf } from './bm25.ts';

describe('words', () => {
  test.each([
    ['The whale, the WHALE!', ['the', 'whale', 'the', 'whale']],
    ['Don’t 3.14 naïve', ['don’t', '3.14', 'naïve']],
    ['e\u0301te\u0301', ['\u00e9t\u00e9']],
    ['ﬁsh ＡＢ', ['fish', 'ab']],
    ['… — !?', []],
    ['', []],
  ])('of %j', (text, want) => {
    expect([...wordsOf(text)]).toEqual(want);
  });

  test('of languages without spaces come from a dictionary', () => {
    expect([...wordsOf('我喜欢北京的烤鸭')]).toContain('北京');
    expect([...wordsOf('ภาษาไทยง่ายนิดเดียว')].length).toBeGreaterThan(2);
  });
});

describe('scores', () => {
  test('by hand', () => {
    // Lengths 3, 1, 2, 2, 2; on average 2. 'whale' is in two of five, 'ship' in one.
    const texts = ['white whale whale', 'whale', 'a ship', 'no one', 'no more'];
    const whale = Math.log(3.5 / 2.5);
    const ship = Math.log(4.5 / 1.5);
    const want = [
      (whale * (2 * 2.2)) / (2 + 1.2 * (0.25 + 0.75 * 1.5)),
      (whale * 2.2) / (1 + 1.2 * (0.25 + 0.75 * 0.5)),
      (ship * 2.2) / (1 + 1.2),
      0,
      0,
    ];
    const scores = bm25Scores(texts, 'Whale, ship?');
    want.forEach((value, i) => expect(scores[i]).toBeCloseTo(value, 6));
  });

  test('words in half of the chunks or more say nothing', () => {
    expect([...bm25Scores(['the sea', 'the ship', 'the rope'], 'the')]).toEqual([0, 0, 0]);
    expect([...bm25Scores(['the sea', 'a ship'], 'the')]).toEqual([0, 0]);
  });

  test('find a word of a language without spaces', () => {
    const scores = bm25Scores(['我喜欢北京的烤鸭。', '他住在上海的南边。', '今天下雨了。'], '谁住在上海？');
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
  });

  test('of nothing are nothing, of no words zero', () => {
    expect(bm25Scores([], 'whale')).toHaveLength(0);
    expect([...bm25Scores(['', '...', ''], 'whale')]).toEqual([0, 0, 0]);
    expect([...bm25Scores(['a', 'b', 'c'], '?')]).toEqual([0, 0, 0]);
  });

  // Of few words, so that they repeat; the oracle's words are what stands between spaces.
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 });
  const chunks = fc.array(words, { minLength: 1, maxLength: 9 });
  const settings = fc.record({ k1: fc.constantFrom(0, 0.5, 1.2, 3), b: fc.constantFrom(0, 0.4, 0.75, 1) });

  test('equal the formula, chunk by chunk and word by word', () => {
    fc.assert(
      fc.property(chunks, words, settings, (documents, question, { k1, b }) => {
        const mean = documents.flat().length / documents.length;
        const want = documents.map((document) => {
          let score = 0;
          for (const word of question) {
            const f = document.filter((other) => other === word).length;
            const n = documents.filter((other) => other.includes(word)).length;
            const idf = Math.log((documents.length - n + 0.5) / (n + 0.5));
            if (f > 0 && idf > 0)
              score += (idf * f * (k1 + 1)) / (f + k1 * (1 - b + (b * document.length) / mean));
          }
          return score;
        });
        const texts = documents.map((document) => document.join(' '));
        const scores = bm25Scores(texts, question.join(' '), { k1, b });
        expect(scores).toHaveLength(documents.length);
        want.forEach((value, i) => expect(scores[i]).toBeCloseTo(value, 4));
      }),
    );
  });

  test('go with their chunks when these change places', () => {
    fc.assert(
      fc.property(chunks, words, (documents, question) => {
        const texts = documents.map((document) => document.join(' '));
        const there = bm25Scores(texts, question.join(' '));
        const back = bm25Scores(texts.toReversed(), question.join(' '));
        back.reverse().forEach((score, i) => expect(score).toBeCloseTo(there[i] ?? NaN, 4));
      }),
    );
  });

  test('may be asked for between chunks', () => {
    const bm25 = createBm25('ship');
    for (const text of ['a ship', 'no', 'none']) bm25.add(text);
    const early = bm25.scores();
    bm25.add('never');
    expect(early).toEqual(bm25Scores(['a ship', 'no', 'none'], 'ship'));
    expect(bm25.scores()).toHaveLength(4);
  });
});
