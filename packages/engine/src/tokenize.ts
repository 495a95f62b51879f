// Stage 2, tokenize: a source's text as token ids with their ends, stretch by stretch; nothing of it is held.
import { InvalidInputError } from '@longread/core';
import { encodeStream, type Tokenizer } from '@longread/formats';
import { createBreath } from './breath.ts';

/** What was read next, and what could be tokenized by then: text comes before its tokens. */
export interface Stretch {
  readonly text: string;
  readonly ids: Uint32Array<ArrayBuffer>;
  /** End of each token in UTF-16 code units of the source. */
  readonly charEnds: Uint32Array<ArrayBuffer>;
  /** Where the characters are that the ids do not hold. */
  readonly unread: readonly number[];
}

const byteOrderMark = '\ufeff';

/** Text tokenized at a time. Of one length, so that a source has the same tokens whatever pieces it comes in. */
const pieceChars = 16_384;

/**
 * All text of a source, from its start, with its tokens. Special tokens in it stay text; a byte-order mark at its start counts as a character
 * and is not the model's to see.
 * @param isEnough asked after each stretch: from then on nothing more is tokenized than what waited for it.
 */
export async function* stretchesOf(
  tokenizer: Tokenizer,
  texts: AsyncIterator<string>,
  isEnough: () => boolean = () => false,
): AsyncGenerator<Stretch, void> {
  const pieces = evenPieces(texts);
  let fresh = '';
  let numMarks: number | undefined;
  async function* toEncode(): AsyncGenerator<string, void> {
    // Not `for await`: what is behind the limit is read all the same.
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      fresh += next.value;
      const skipped: number = numMarks === undefined && next.value.startsWith(byteOrderMark) ? 1 : 0;
      numMarks ??= skipped;
      yield next.value.slice(skipped);
      if (isEnough()) return;
    }
  }
  const taken = () => {
    const text = fresh;
    fresh = '';
    return text;
  };
  for await (const { ids, charEnds, unread } of encodeStream(tokenizer, toEncode())) {
    const marks = numMarks ?? 0;
    yield {
      text: taken(),
      ids,
      charEnds: marks === 0 ? charEnds : charEnds.map((end) => end + marks),
      unread: unread.map((at) => at + marks),
    };
  }
  const none = { ids: new Uint32Array(), charEnds: new Uint32Array(), unread: [] };
  if (fresh !== '') yield { text: taken(), ...none };
  for (let rest = await pieces.next(); rest.done !== true; rest = await pieces.next())
    yield { text: rest.value, ...none };
}

/** Pieces of exactly `pieceChars`, but for the last. */
async function* evenPieces(texts: AsyncIterator<string>): AsyncGenerator<string, void> {
  let waiting = '';
  for (let next = await texts.next(); next.done !== true; next = await texts.next()) {
    waiting += next.value;
    let start = 0;
    for (; waiting.length - start >= pieceChars; start += pieceChars)
      yield waiting.slice(start, start + pieceChars);
    waiting = waiting.slice(start);
  }
  if (waiting !== '') yield waiting;
}

/** Tells texts apart, in 32 bits: of a source that is to be the same the second time (FNV-1a, by code units). */
export function checkOf(text: string): number {
  let check = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) check = Math.imul(check ^ text.charCodeAt(i), 0x01000193);
  return check;
}

/** Tokens of a text as those of a document. @throws InvalidInputError (no text) | AbortedError */
export async function countTokens(
  tokenizer: Tokenizer,
  text: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  // Callers may come from untyped code, where anything arrives here.
  if (typeof text !== 'string')
    throw new InvalidInputError('What is to be counted is no text. Give a string.');
  const breathe = createBreath(signal, 'tokenize');
  async function* pieces(): AsyncGenerator<string> {
    await breathe();
    yield text;
  }
  let count = 0;
  for await (const { ids } of stretchesOf(tokenizer, pieces())) {
    count += ids.length;
    await breathe();
  }
  return count;
}
