import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNameSearch } from './names.ts';

const text = `CHAPTER 1. Loomings. Call me Ishmael. What is the name of the ship of which he is the captain? The Pequod, of Nantucket,
which the old man from Chad sailed for Mr. Hussey; and Kaṇāda was on it, too.`;
const inText = (question: string, ...pieces: string[]) => {
  const search = createNameSearch(question);
  for (const piece of pieces.length === 0 ? [text] : pieces) search?.add(piece);
  return search?.end();
};

test('a text that has none of the names says nothing of them', () => {
  expect(inText('What is the name of the captain of the Rachel?')).toBe(false);
  expect(inText('What is the name of the ship of Ahab and Starbuck?')).toBe(false);
  expect(inText('What is the name of the ship?')).toBeUndefined();
  expect(inText('Rachel?')).toBeUndefined(); // the first word has a capital whatever it is
  expect(inText('')).toBeUndefined();
});

test('one name of several is enough, in another form, and with a letter wrong', () => {
  for (const question of [
    'What is the name of the ship of Ishmael and Ahab?',
    'What is the ISHMAEL?',
    'Which is the Chadian captain?',
    'What is Hussey’s name?',
    'What is the name of Kanada?',
    ...['Pequot', 'Nantuket', 'Ishmeal', 'Nantuckett', 'Natnucket'].map((name) => `What is the ${name}?`),
  ])
    expect(inText(question), question).toBe(true);
  // Two letters are another name, and so is one of another first letter.
  expect(inText('What is the name of Ashmail?')).toBe(false);
  expect(inText('What is the name of Nathuckit?')).toBe(false);
});

test('nothing is said where capitals or words tell nothing', () => {
  expect(inText('Wie heißt das Schiff?')).toBeUndefined();
  expect(inText('Quel navire commande Achab?')).toBeUndefined(); // none of its other words are in the text
  expect(inText('谁是船长？')).toBeUndefined();
  expect(inText('من هو القبطان؟')).toBeUndefined();
  expect(inText('what is the name of ahab?')).toBeUndefined();
  expect(inText('What is the name of 𝓐?')).toBeUndefined(); // one letter
  expect(inText("What is the name that I’m to call, and which I've from the U.S.?")).toBeUndefined();
  expect(inText('What is the name of the ship in this PDF? And the TL;DR?')).toBeUndefined();
  expect(inText('WHAT IS THE NAME OF STARBUCK?')).toBeUndefined();
  expect(inText('What Is The Name Of The Boat Of Starbuck?')).toBe(true); // by its other words
});

test('a name with an apostrophe is looked for as texts are read', () => {
  expect(inText('What is the name of O’Brien?', 'What is the name? It is that of O’Brien.')).toBe(true);
  expect(inText('What is the name of O’Brien?')).toBe(false);
});

test('pieces may be cut anywhere, and a name stops the search', () => {
  const question = 'What is the name of Nantucket?';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 9 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
      expect(inText(question, ...pieces)).toBe(true);
      expect(inText('What is the name of the Tucket?', ...pieces)).toBe(false);
    }),
  );
  const search = createNameSearch(question);
  search?.add('The name of Nantucket was');
  expect(search?.isFound).toBe(true);
});

test('a run of letters without end is read in time that grows with it', () => {
  const search = createNameSearch('What is the name of Ahab?');
  for (let i = 0; i < 50; i++) search?.add('a'.repeat(65_536));
  expect(search?.end()).toBeUndefined();
});
