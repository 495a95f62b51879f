// Texts with a vocabulary as large as a book's: what a tokenizer knows of words it has seen is put to the test.
import { Random } from '@longread/core';

/**
 * A word of made-up syllables, of as many as a large book has: one of rank r about as frequent as 1 / r, as in any language (Zipf).
 * @param random in [0, 1).
 */
export function rareWord(random: number): string {
  let word = '';
  for (let rank = Math.floor(60_000 ** random); rank > 0; rank = Math.floor(rank / 13))
    word += `${'bdfgklmnprstv'[rank % 13]}${'aeiou'[rank % 5]}`;
  return word;
}

/** A text of `numChars` in which every other word is rare, the same every time. */
export function rareProse(numChars: number): string {
  const random = new Random(3);
  let text = '';
  while (text.length < numChars)
    text += `${Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'the' : rareWord(random.next()))).join(' ')}. `;
  return text.slice(0, numChars);
}
