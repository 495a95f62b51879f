// The windows that the search finds in a document, as its sentences.
import { sentenceStarts, wholeSentences, type Window } from '@longread/planner';
import type { OpenDocument } from '../document.ts';

/**
 * Each window moved to whole sentences, which are looked for at most `reach` tokens on either side of it: a longer one stays cut.
 * @throws IntegrityError when a text cannot be read
 */
export async function toSentences(
  { charEnds, text }: Pick<OpenDocument, 'charEnds' | 'text'>,
  windows: readonly Window[],
  reach: number,
): Promise<Window[]> {
  const moved: Window[] = [];
  for (const window of windows) {
    const first = Math.max(0, window.start - reach);
    const end = Math.min(charEnds.length, window.end + reach);
    const from = text.startOf(first);
    const starts = sentenceStarts(await text.slice({ start: from, end: charEnds[end - 1] ?? from }));
    const tokens = starts.map((char) => tokenAt(charEnds, from + char));
    const known = [...(first === 0 ? [0] : []), ...tokens, ...(end === charEnds.length ? [end] : [])];
    moved.push(wholeSentences(window, { start: first, end }, known));
  }
  return moved;
}

/** The first token that ends behind a character. */
function tokenAt(charEnds: Uint32Array, char: number): number {
  let [low, high] = [0, charEnds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((charEnds[middle] ?? 0) > char) high = middle;
    else low = middle + 1;
  }
  return low;
}
