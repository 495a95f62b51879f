// Tokenizes a document of any length in bounded pieces, cut where every supported pre-tokenizer parts the text anyway, so
// that the ids are those of the whole text. A token's end is a place in the whole source.
import { anyLetter } from './deepseek-patterns.ts';
import type { TokenSpans } from './token-spans.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Text looked at at a time, and the most that waits for a place to cut; UTF-16 code units. */
const pieceChars = 16_384;
const maxPendingChars = 65_536;

/**
 * Tokenizes a stream of text. Yields ids with the end of each token in UTF-16 code units of the whole source, which never
 * decrease (see {@link TokenSpans} for tokens that end inside a character). Text without any place to cut for 64k code
 * units is cut hard there, never inside a surrogate pair. Lone surrogates are read as U+FFFD.
 */
export async function* encodeStream(
  tokenizer: Tokenizer,
  pieces: AsyncIterable<string>,
): AsyncGenerator<TokenSpans> {
  let pending = '';
  let start = 0;
  const encode = (length: number): TokenSpans => {
    const spans = tokenizer.encodeSpans(pending.slice(0, length));
    for (let i = 0; i < spans.charEnds.length; i++) spans.charEnds[i] = start + (spans.charEnds[i] ?? 0);
    const unread = spans.unread.map((at) => start + at);
    pending = pending.slice(length);
    start += length;
    return { ...spans, unread };
  };
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += pieceChars) {
      pending += piece.slice(from, from + pieceChars);
      if (pending.length < pieceChars) continue;
      const cut = findCut(pending, tokenizer.endsBeforeSpace);
      if (cut > 0) yield encode(cut);
      else if (pending.length >= maxPendingChars) yield encode(hardCut(pending));
    }
  }
  if (pending !== '') yield encode(pending.length);
}

/**
 * The last place in `text` before a space or line feed that follows a letter or digit, or 0.
 *
 * @param beforeSpace matches what has to stand before a space.
 */
export function findCut(text: string, beforeSpace: RegExp): number {
  for (let i = text.length - 1; i > 0; i--) {
    const unit = text.charCodeAt(i);
    const before = unit === 0x20 ? beforeSpace : unit === 0x0a ? anyLetter : undefined;
    if (before?.test(text.slice(Math.max(0, i - 2), i)) === true) return i;
  }
  return 0;
}

function hardCut(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
}
