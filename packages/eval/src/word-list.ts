// Texts that are lists of words, for the tasks that count them.
import type { Random } from '@longread/core';
import { shuffled } from './shuffle.ts';
import type { TextRange } from './types.ts';

/**
 * The words in random order, a space between two, and where those of `wanted` stand.
 *
 * @param label what stands before the word at an index.
 */
export function wordList(
  words: readonly string[],
  wanted: readonly string[],
  random: Random,
  label: (index: number) => string = () => '',
): { text: string; ranges: TextRange[] } {
  const marked = new Set(wanted);
  const ranges: TextRange[] = [];
  let text = '';
  shuffled(words, random).forEach((word, i) => {
    text += `${i === 0 ? '' : ' '}${label(i)}`;
    if (marked.has(word)) ranges.push({ start: text.length, end: text.length + word.length });
    text += word;
  });
  return { text, ranges };
}
