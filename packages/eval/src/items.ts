// Texts that are lists: as many items as fit.
import { InvalidInputError } from '@longread/core';
import type { DocumentOptions, TextRange } from './types.ts';

/**
 * A list of as many items as the target has room for. Where the last item drawn does not fit, it is left out.
 *
 * @param next makes the item of the given number, from 0.
 * @returns the text, and where its items stand.
 * @throws InvalidInputError when fewer than `least` fit.
 */
export function fillItems(
  { targetTokens, countTokens }: DocumentOptions,
  { before = '', between, after = '' }: { before?: string; between: string; after?: string },
  next: (number: number) => string,
  least = 1,
): { text: string; ranges: TextRange[] } {
  const ranges: TextRange[] = [];
  let text = before;
  let total = countTokens(before) + countTokens(after);
  for (;;) {
    const item = (ranges.length === 0 ? '' : between) + next(ranges.length);
    const count = countTokens(item);
    if (total + count > targetTokens) {
      // Items counted one by one are a little more than the text: what merges across them is room for a few more.
      total = countTokens(text + after);
      if (total + count > targetTokens) break;
    }
    total += count;
    const start = text.length + (ranges.length === 0 ? 0 : between.length);
    text += item;
    ranges.push({ start, end: text.length });
  }
  if (ranges.length < least) {
    throw new InvalidInputError(
      `Only ${ranges.length} items fit into ${targetTokens} tokens, ${least} are needed. Ask for a longer text.`,
      { value: ranges.length, limit: least },
    );
  }
  return { text: text + after, ranges };
}
