// The windows that the search finds in a document, as its sentences.
import { sentenceStarts, wholeSentences, type TokenSpan, type Window } from '@longread/planner';
import type { DocumentText } from '../document-text.ts';
import type { DocumentTokens } from '../document-tokens.ts';

interface Sentences {
  readonly tokens: Pick<DocumentTokens, 'numTokens' | 'endsOf'>;
  readonly text: Pick<DocumentText, 'startOf' | 'slice'>;
}

/**
 * Each window moved to whole sentences, which are looked for at most `reach` tokens on either side of it: a longer one stays cut.
 * @param move by which rule.
 * @throws IntegrityError when a text cannot be read
 */
export async function toSentences(
  document: Sentences,
  windows: readonly Window[],
  reach: number,
  move: typeof wholeSentences = wholeSentences,
): Promise<Window[]> {
  const numTokens = document.tokens.numTokens;
  const moved: Window[] = [];
  for (const window of windows) {
    const seen = {
      start: Math.max(0, window.start - reach),
      end: Math.min(numTokens, window.end + reach),
    };
    const tokens = await sentenceTokens(document, seen);
    const known = [
      ...(seen.start === 0 ? [0] : []),
      ...tokens,
      ...(seen.end === numTokens ? [numTokens] : []),
    ];
    moved.push(move(window, seen, known));
  }
  return moved;
}

/** The tokens of a stretch with which sentences begin, rising; never the first. @throws IntegrityError when a text cannot be read */
export async function sentenceTokens(
  { tokens, text }: Sentences,
  { start, end }: TokenSpan,
): Promise<number[]> {
  const from = await text.startOf(start);
  const charEnds = await tokens.endsOf({ start, end });
  const starts = sentenceStarts(await text.slice({ start: from, end: charEnds.at(-1) ?? from }));
  return starts.map((char) => start + tokenAt(charEnds, from + char));
}

/** The first of some tokens that ends behind a character. */
function tokenAt(charEnds: Uint32Array, char: number): number {
  let [low, high] = [0, charEnds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((charEnds[middle] ?? 0) > char) high = middle;
    else low = middle + 1;
  }
  return low;
}
