import { InvalidInputError } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textSentences } from './filler.ts';
import { needleDocument, needleDocuments, type NeedleOptions } from './needle.ts';

/** Stands for a tokenizer: words, marks and paragraph breaks. */
const countTokens = (text: string): number => text.match(/\w+|[^\w\s]|\n+/g)?.length ?? 0;

/** One needle, and the text it is in. */
function needleCase({ depth, ...rest }: Omit<NeedleOptions, 'depths'> & { readonly depth: number }) {
  const { needles, ...document } = needleDocument({ ...rest, depths: [depth] });
  const [needle] = needles;
  if (needle === undefined) throw new Error('no needle');
  return { ...document, ...needle };
}

const options = { seed: 1, depth: 0.5, countTokens, targetTokens: 2000, filler: 'sentences' };

describe('needleCase', () => {
  test('the same arguments give the same case, another seed another', () => {
    expect(needleCase(options)).toEqual(needleCase(options));
    expect(needleCase({ ...options, seed: 2 }).text).not.toBe(needleCase(options).text);
    expect(needleCase({ ...options, seed: 2 }).answer).not.toBe(needleCase(options).answer);
  });

  test('needle, question and answer belong together, whatever the seed and depth', () => {
    const depth = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), depth, fc.integer({ min: 20, max: 600 }), (seed, at, targetTokens) => {
        const c = needleCase({ ...options, seed, depth: at, targetTokens });
        const place = /lighthouse at (\w+)\?$/.exec(c.question)?.[1] ?? '';
        expect(c.text.slice(c.start, c.end)).toBe(
          `The secret number of the lighthouse at ${place} is ${c.answer}.`,
        );
        expect(c.answer).toMatch(/^[1-9]\d{6}$/);
        expect(c.text.split(place)).toHaveLength(2);
        expect(c.text.match(/\d+/g)).toEqual([c.answer]);
        expect(c.text).not.toMatch(/[{}]|^\s|\s$|  /);
        expect(countTokens(c.text)).toBeLessThanOrEqual(targetTokens);
        expect(c.numTokens).toBeLessThanOrEqual(targetTokens);
      }),
      { numRuns: 60 },
    );
  });

  test.each([500, 2000, 8000])('%i tokens are filled to within a sentence', (targetTokens) => {
    const { text, numTokens } = needleCase({ ...options, targetTokens });
    expect(targetTokens - numTokens).toBeLessThan(45);
    expect(Math.abs(countTokens(text) - numTokens)).toBeLessThanOrEqual(2);
  });

  test.each([0, 0.05, 0.25, 0.5, 0.95, 1])('a depth of %f is met to within a sentence', (depth) => {
    const { text, start, end } = needleCase({ ...options, depth, targetTokens: 4000 });
    const share = countTokens(text.slice(0, start)) / countTokens(text.slice(0, start) + text.slice(end));
    expect(Math.abs(share - depth)).toBeLessThan(0.012);
    if (depth === 0) expect(start).toBe(0);
    if (depth === 1) expect(end).toBe(text.length);
  });

  test('the prose varies: hardly a sentence comes twice in 8,000 tokens', () => {
    const sentences = needleCase({ ...options, targetTokens: 8000 }).text.split(/(?<=(?<!Mrs?)[.!?]"?)\s+/);
    expect(new Set(sentences).size).toBeGreaterThan(0.98 * sentences.length);
  });

  test('the tokenizer only ever sees bounded pieces', () => {
    let longest = 0;
    const counting = (text: string): number => {
      longest = Math.max(longest, text.length);
      return countTokens(text);
    };
    needleCase({ ...options, countTokens: counting });
    needleCase({ ...options, countTokens: counting, filler: 'no full stop here '.repeat(2000) });
    expect(longest).toBeLessThanOrEqual(600);
  });

  test('a haystack text is kept as it is around the needle', () => {
    const filler = 'One two. Three four! "Five six." Seven eight? Nine ten.\n\nEleven twelve.';
    const c = needleCase({ ...options, filler, targetTokens: 12 + 12 });
    expect(filler.startsWith(c.text.slice(0, c.start - 1) + c.text.slice(c.end))).toBe(true);
    const first = needleCase({ ...options, filler, depth: 0, targetTokens: 12 + 12 });
    expect(first.text.slice(first.end)).toMatch(/^ One two\./);
  });

  test.each<[string, Partial<typeof options>, string]>([
    ['depth above 1', { depth: 1.01 }, 'depth is 1.01'],
    ['depth that is no number', { depth: NaN }, 'depth is NaN'],
    ['no room for the needle', { targetTokens: 5 }, 'the needle alone has'],
    ['short haystack', { filler: 'Too short.' }, 'The haystack has 3 tokens'],
  ])('%s', (_, wrong, message) => {
    expect(() => needleCase({ ...options, ...wrong })).toThrow(InvalidInputError);
    expect(() => needleCase({ ...options, ...wrong })).toThrow(message);
  });
});

describe('needleDocuments', () => {
  test('depths are spread evenly, seeds and needles differ', () => {
    const documents = needleDocuments({ samples: 4, tokens: 300, countTokens, seed: 10 });
    const needles = documents.flatMap((document) => document.needles);
    expect(needles.map(({ depth }) => depth)).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect(documents.map(({ seed }) => seed)).toEqual([10, 11, 12, 13]);
    expect(new Set(needles.map(({ answer }) => answer)).size).toBe(4);
  });
  test('fewer documents hold several needles each, in their places, all different', () => {
    const documents = needleDocuments({ samples: 10, documents: 2, tokens: 800, countTokens });
    expect(documents.map(({ needles }) => needles.map(({ depth }) => depth))).toEqual([
      [0.05, 0.25, 0.45, 0.65, 0.85],
      [0.15, 0.35, 0.55, 0.75, 0.95],
    ]);
    for (const { text, needles, numTokens } of documents) {
      expect(new Set(needles.map(({ question }) => question)).size).toBe(5);
      expect(text).not.toMatch(/^\s|\s$|  /);
      expect(Math.abs(countTokens(text) - numTokens)).toBeLessThanOrEqual(10);
      for (const { start, end, answer, depth } of needles) {
        expect(text.slice(start, end)).toContain(`is ${answer}.`);
        expect(Math.abs(start / text.length - depth)).toBeLessThan(0.1);
      }
    }
  });
  test('no samples, no documents', () => {
    expect(needleDocuments({ samples: 0, tokens: 300, countTokens })).toEqual([]);
  });
});

test('sentences joined are the text', () => {
  const word = fc.constantFrom('a', 'Mr.', 'end.', '\n\n', ' ', '“so!”', 'x'.repeat(700), '😀', '?');
  fc.assert(
    fc.property(fc.array(word), (parts) => {
      const pieces = [...textSentences(parts.join(''))];
      expect(pieces.join('')).toBe(parts.join(''));
      // 600 code points and the marks that close a sentence.
      pieces.forEach((piece) => expect(piece.length).toBeLessThanOrEqual(2 * 600 + parts.length));
    }),
  );
});
