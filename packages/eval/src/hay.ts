// What facts are hidden in: as many sentences as leave room for them.
import { InvalidInputError, type Random } from '@longread/core';
import { patterns } from './filler-patterns.ts';
import { words } from './filler-words.ts';
import { fillerSentences, textSentences } from './filler.ts';
import type { CountTokens } from './types.ts';

/** Sentences in order, each with the white space before it, and their token counts. */
export interface Hay {
  readonly sentences: readonly string[];
  readonly counts: readonly number[];
}

/**
 * Sentences in order, as long as they fit beside what is `taken`.
 *
 * @throws InvalidInputError when they end before.
 */
export function collectHay(
  source: Iterable<string>,
  { targetTokens, countTokens }: { readonly targetTokens: number; readonly countTokens: CountTokens },
  taken: number,
): Hay {
  const room = targetTokens - taken;
  const sentences: string[] = [];
  const counts: number[] = [];
  let total = 0;
  for (const sentence of source) {
    const count = countTokens(sentence);
    if (total + count > room) return { sentences, counts };
    sentences.push(sentence);
    counts.push(count);
    total += count;
  }
  if (total === room) return { sentences, counts };
  throw new InvalidInputError(
    `The haystack has ${total} tokens, but ${room} are needed for a text of ${targetTokens}. Use a longer haystack or fewer tokens.`,
    { value: total, limit: room },
  );
}

/** Generated prose, the same few sentences over and over, or the sentences of a text. */
export type Haystack = 'sentences' | 'noise' | { readonly text: string };

const noise = [
  'The kettle is warm.',
  'The road is long.',
  'The clouds drift by.',
  'Now we go.',
  'Soon we are back.',
];

/** What the haystack could say, to draw words that it does not have. */
export function vocabularyOf(haystack: Haystack): string {
  if (haystack === 'noise') return noise.join(' ');
  if (haystack === 'sentences') return [...patterns, ...Object.values(words).flat()].join(' ');
  return haystack.text;
}

/** Its sentences, each with the white space before it: without end, or of a text once, round from a random one. */
export function* haySentences(haystack: Haystack, random: Random): Generator<string> {
  if (haystack === 'sentences') yield* fillerSentences(random);
  else if (haystack === 'noise') for (;;) yield* noise.map((sentence) => ` ${sentence}`);
  else {
    const all = [...textSentences(haystack.text)];
    const start = random.below(all.length);
    yield* all.slice(start);
    yield* all.slice(0, start);
  }
}
