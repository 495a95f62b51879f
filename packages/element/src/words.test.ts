// What the element says, in a language and with its numbers.
import { expect, test } from 'vitest';
import { english } from './strings.ts';
import { fileNameOf, Words } from './words.ts';

test('values are filled in, numbers in the language, plural forms by its rules', () => {
  const words = new Words('en');
  expect(words.say('found', { count: 1 })).toBe('1 passage was found');
  expect(words.say('found', { count: 1234 })).toBe('1,234 passages were found');
  expect(words.say('openTitle', { title: '{count} <b>' })).toBe('Open {count} <b>');
  expect(words.say('openTitle')).toBe('Open {title}');
  const polish = new Words('pl', {
    found: { one: '{count} fragment', few: '{count} fragmenty', other: '{count} fragmentów' },
  });
  expect([1, 3, 5].map((count) => polish.say('found', { count }))).toEqual([
    '1 fragment',
    '3 fragmenty',
    '5 fragmentów',
  ]);
  expect(polish.say('ask')).toBe(english.ask);
});

test('numbers, sizes, times and dates follow the language; one that is none counts as English', () => {
  const german = new Words('de');
  expect(german.bytes(98_400_000)).toBe('98,4 MB');
  expect([0, 1, 250_000, 99_940_000, 99_960_000, 400e6].map((bytes) => german.bytes(bytes))).toEqual([
    '0 kB',
    '1 kB',
    '250 kB',
    '99,9 MB',
    '100 MB',
    '400 MB',
  ]);
  expect(german.percent(0.419)).toBe('41\u00A0%');
  expect(german.duration(3100)).toBe('3,1 Sek.');
  expect(german.date(Date.UTC(2026, 10, 26, 12))).toBe('26.11.2026');
  expect(new Words('he-IL').bytes(12_400_000)).toBe('\u206812.4 MB\u2069');
  expect(new Words('hej').bytes(12_400_000)).toBe('12.4 MB');
  const other = new Words('not a language');
  expect(other.bytes(1_250_000_000)).toBe('1.3 GB');
  expect(other.count(12_345)).toBe('12,345');
  expect(other.duration(150_000)).toMatch(/^3 min/);
});

test.each([
  [{ fraction: 0.0099 }, 'At the beginning'],
  [{ fraction: 0.999_999 }, '99% into the text'],
  [
    { fraction: 0.34, heading: 'Chapter 36. The Quarter-Deck' },
    'Chapter 36. The Quarter-Deck · 34% into the text',
  ],
  [{ fraction: 0.34, heading: 'Size', page: 'xii' }, 'Size · p. xii'],
  [{ fraction: 0.34, page: '41' }, 'p. 41'],
  [{ fraction: 0, file: 'notes/1.txt', heading: '' }, 'notes/1.txt'],
  [{ fraction: 0.5, file: 'a.pdf', heading: '<b>{page}</b>', page: '7' }, 'a.pdf · <b>{page}</b> · p. 7'],
])('%o is told by what the document names, else in whole percents, rounded down', (place, said) => {
  expect(new Words().place(place)).toBe(said);
});

test('a place is told in another language', () => {
  const words = new Words('de', { onPage: 'S. {page}', intoText: 'nach {percent} des Textes' });
  expect(words.place({ fraction: 0.5, heading: 'Größe', page: '41' })).toBe('Größe · S. 41');
  expect(words.place({ fraction: 0.5 })).toBe('nach 50\u00A0% des Textes');
});

test('time left is told only when there is something to tell from', () => {
  const words = new Words();
  expect(words.remaining(undefined)).toBe('');
  expect(words.remaining(30_000)).toBe('about 30 sec left');
  expect(words.remaining(300_000)).toBe('about 5 min left');
  expect(words.remaining(11_000_000)).toBe('about 3.1 hr left');
});

test('the last part of an address is its name', () => {
  expect(fileNameOf('https://x.example/a%20b.gguf?download=1#x')).toBe('a b.gguf');
  expect(fileNameOf('https://x.example/100%.txt')).toBe('100%.txt');
  expect(fileNameOf('https://x.example/')).toBe('https://x.example/');
});
