// Endless seeded prose for haystacks, sentence by sentence, or the sentences of a text that the caller brings.
import { invariant, type Random } from '@longread/core';
import { patterns } from './filler-patterns.ts';
import { words } from './filler-words.ts';
import { shuffled } from './shuffle.ts';

/**
 * Sentences of made-up narrative, each led by the white space before it (as tokenizers count it); paragraphs of three to seven.
 * Patterns come in shuffled rounds, so none repeats within a few sentences.
 */
export function* fillerSentences(random: Random): Generator<string, never> {
  let round: string[] = [];
  for (;;) {
    const length = 3 + random.below(5);
    for (let i = 0; i < length; i++) {
      if (round.length === 0) round = shuffled(patterns, random);
      const pattern = round.pop() ?? '';
      yield (i === 0 ? '\n\n' : ' ') + fillPattern(pattern, random);
    }
  }
}

function fillPattern(pattern: string, random: Random): string {
  const used = new Set<string>();
  const text = pattern.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const options = words[slot];
    invariant(options !== undefined, `no words for {${slot}}`);
    const fresh = options.filter((option) => !used.has(option));
    const word = random.pick(fresh);
    used.add(word);
    return word;
  });
  // The article follows the word it got.
  const agreed = text.replace(/\b([Aa]) (?=[aeiou])/g, '$1n ');
  return agreed.replace(/^("?)(\p{Ll})/u, (_, quote: string, letter: string) => quote + letter.toUpperCase());
}

/** Cuts a text before the white space between its sentences (at most 600 characters each): the pieces joined are the text. */
export function* textSentences(text: string): Generator<string, void> {
  const sentence = /[^]{1,600}?[.!?]["'\u2019\u201d)]*(?=\s|$)|[^]{1,600}(?=\s|$)|[^]{1,600}/gu;
  for (const match of text.matchAll(sentence)) yield match[0];
}
