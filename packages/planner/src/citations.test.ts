import fc from 'fast-check';
import { expect, test } from 'vitest';
import { citations } from './citations.ts';

/** The marked stretches with the number of their passage. */
function marked(answer: string, ...texts: string[]) {
  return citations(
    answer,
    texts.map((text) => ({ text })),
  ).map(({ start, end, passage }) => [answer.slice(start, end), passage]);
}

const ahab = 'Captain Ahab commands the Pequod. He lost his leg off Japan in 1851.';
const hotel = 'The Spouter Inn belongs to Peter Coffin, and the whale was white.';

test('names, numbers and runs of longer words are marked where a sentence of a passage has them', () => {
  expect(marked('It is Ahab.', ahab)).toEqual([['Ahab', 0]]);
  expect(marked('The captain of the Pequod is named Ahab.', ahab)).toEqual([
    ['Pequod', 0],
    ['Ahab', 0],
  ]);
  expect(marked('It happened in 1,851, off Japan.', ahab)).toEqual([['1,851, off Japan', 0]]);
  expect(marked('peter coffin’s inn', hotel)).toEqual([]);
  expect(marked('It commands whoever captains ships', 'Whoever captains it')).toEqual([
    ['whoever captains', 0],
  ]);
  expect(marked('STRASSE DER STRAßE', 'strasse der straße')).toEqual([['STRASSE DER STRAßE', 0]]);
});

test('what stands in no passage, or apart in two sentences, is not marked as one', () => {
  expect(marked('Father Machete of Nantucket, 1852', ahab, hotel)).toEqual([]);
  expect(marked('Ahab Japan', ahab)).toEqual([
    ['Ahab', 0],
    ['Japan', 0],
  ]);
  expect(marked('', ahab)).toEqual([]);
  expect(marked('Ahab', '')).toEqual([]);
  expect(marked('Ahab')).toEqual([]);
  expect(marked('Ahabs 18511 0.1851', ahab)).toEqual([]);
});

test('of several passages the one with the longest stretch is named, the first of equals', () => {
  expect(marked('Peter Coffin', 'Coffin is here.', hotel, hotel)).toEqual([['Peter Coffin', 1]]);
  expect(marked('Ahab met Peter Coffin.', hotel, ahab)).toEqual([
    ['Ahab', 1],
    ['Peter Coffin', 0],
  ]);
});

test('a sentence’s first word is no name where the passages have it in lower case', () => {
  expect(marked('The whale', hotel)).toEqual([]);
  expect(marked('The ship.', 'The ship.')).toEqual([]);
  expect(marked('When?', 'When he came, nobody knew when.')).toEqual([]);
});

test('letters are compared by what they are, not how they are coded', () => {
  expect(marked('Cafe\u0301 Müller', 'Das CAFÉ MU\u0308LLER')).toEqual([['Cafe\u0301 Müller', 0]]);
  expect(marked('ΣΊΣΥΦΟΣ', 'ο Σίσυφος εδώ')).toEqual([['ΣΊΣΥΦΟΣ', 0]]);
  expect(marked('Ａｈａｂ', 'Captain Ahab')).toEqual([['Ａｈａｂ', 0]]);
});

test('scripts without spaces: a few characters in a row, also over the end of a wrapped line', () => {
  expect(marked('他是亚哈船长。', '亚哈船长恨白鲸。')).toEqual([['亚哈船长', 0]]);
  expect(marked('是的，船长', '亚哈船长恨白鲸。')).toEqual([]);
  expect(marked('エイハブ船長です', `${'日本'.repeat(20)}エイハ\nブ船長は片足だ。`)).toEqual([
    ['エイハブ船長', 0],
  ]);
  expect(marked('ชื่ออาหับ', 'กัปตันชื่ออาหับครับ')).toEqual([['ชื่ออาหับ', 0]]);
  expect(marked('1851年3月', '那是1851年。')).toEqual([['1851', 0]]);
});

const vocabulary = ['the', 'of', 'Ahab', 'Pequod', 'harpoon', 'sailor', '1851', '7', 'NANTUCKET', 'whales'];
const sentence = fc
  .array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 9 })
  .map((drawn) => `The ${drawn.join(' ')}.`);
const text = fc.array(sentence, { maxLength: 4 }).map((drawn) => drawn.join(' '));

test('every marked word stands in one sentence of its passage; stretches rise and tell something', () => {
  const plain = (part: string) => part.toLowerCase().split(/[ .]+/).filter(Boolean);
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (answer, texts) => {
      let reached = 0;
      for (const { start, end, passage } of citations(
        answer,
        texts.map((each) => ({ text: each })),
      )) {
        expect(start).toBeGreaterThanOrEqual(reached);
        expect(end).toBeGreaterThan(start);
        reached = end;
        const wanted = plain(answer.slice(start, end));
        const held = (texts[passage] ?? '').split('.').map(plain);
        expect(held.some((words) => wanted.every((word) => words.includes(word)))).toBe(true);
        expect(wanted.join('')).toMatch(/\d.*\d|[a-z]{4}/);
        expect(answer.slice(start, end)).not.toContain('.');
      }
    }),
  );
});

test('a sentence of a passage is marked whole from its first telling word to its last', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...vocabulary), { maxLength: 5 }), text, (drawn, other) => {
      const said = `whales harpoon ${drawn.join(' ')} 1851`.replace(/ +/g, ' ');
      expect(marked(said, other, `${said}.`)[0]?.[0]).toBe(said);
    }),
  );
});

test('untrusted texts: surrogates, controls, nothing but marks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (answer, other) => {
      for (const { start, end } of citations(answer, [{ text: other }, { text: answer }])) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(answer.length);
      }
    }),
  );
});
