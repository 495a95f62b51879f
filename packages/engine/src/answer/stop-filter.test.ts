import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopFilter } from './stop-filter.ts';

/** What comes of a text that arrives in pieces, and the pieces that were passed on. */
function filtered(pieces: readonly string[], stops: readonly string[] = [], endsRepetition = true) {
  const passed: string[] = [];
  const filter = createStopFilter(stops, endsRepetition, (piece) => passed.push(piece));
  for (const piece of pieces) if (filter.push(piece)) break;
  filter.end();
  expect(passed.join('')).toBe(filter.text);
  return { text: filter.text, cut: filter.cut, passed };
}

const letters = (text: string) => Array.from(text);

test('ends before a stop string, in whatever pieces it comes, and passes on what cannot begin one', () => {
  expect(filtered(letters('one END two'), ['END'])).toMatchObject({ text: 'one ', cut: 'stop' });
  expect(filtered(['one E', 'N', 'D two'], ['END'])).toMatchObject({ text: 'one ', cut: 'stop' });
  expect(filtered(['one E', 'ND', 'URE'], ['ENDED', 'EX']).passed).toEqual(['one ', 'ENDUR', 'E']);
  expect(filtered(['a', 'b', 'c'], ['x']).passed).toEqual(['a', 'b', 'c']);
  expect(() => createStopFilter(['x', ''], true, undefined)).toThrow('A stop string is empty');
});

test('ends before a sentence that was said already', () => {
  const first = 'The captain of the ship is Ahab.';
  const again = `${first} He has one leg. ${first} He has one leg.`;
  const want = { text: `${first} He has one leg. `, cut: 'repetition' };
  expect(filtered(letters(again))).toMatchObject(want);
  expect(filtered(again.match(/.{1,7}/g) ?? [])).toMatchObject(want);
  expect(filtered(letters(again), [], false)).toMatchObject({ text: again, cut: undefined });
  expect(filtered(letters(`${first}\n${first}`))).toMatchObject({ text: `${first}\n`, cut: 'repetition' });
  const lines = 'the oil of the whale\nthe bone of the whale\nthe oil of the whale\n';
  expect(filtered(letters(lines)).text).toBe('the oil of the whale\nthe bone of the whale\n');
  const chinese = '船长的名字是亚哈他只有一条腿他恨白鲸。';
  expect(filtered(letters(`${chinese}${chinese}`)).text).toBe(chinese);
});

test('what only begins alike, or is short, is no repetition', () => {
  for (const text of [
    'Ahab is the captain. Ahab is the captain and he hates the whale.',
    'the oil of the whale\nthe oil of the whale that died\nmore',
    'Yes. Yes. Yes. No. No. Yes.',
    'It was in 1,851. It was in 1,852.',
  ]) {
    expect(filtered(letters(text))).toMatchObject({ text, cut: undefined });
  }
});

test('pieces are the text, and nothing is cut where no sentence comes again', () => {
  const words = fc.array(fc.constantFrom('the', 'whale', 'was', 'white', 'Ahab'), {
    minLength: 4,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (drawn, sizes) => {
        const sentences = drawn.map((each) => `A ${each.join(' ')}.`);
        const text = sentences.join(' ');
        const pieces: string[] = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % Math.max(1, sizes.length)] ?? 3;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        const twice = sentences.findIndex((sentence, i) => sentences.indexOf(sentence) < i);
        const { text: got, cut } = filtered(pieces);
        if (twice < 0) expect([got, cut]).toEqual([text, undefined]);
        else expect([got, cut]).toEqual([`${sentences.slice(0, twice).join(' ')} `, 'repetition']);
      },
    ),
  );
});
