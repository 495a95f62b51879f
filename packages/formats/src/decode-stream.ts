// Incremental detokenizer: token ids in, text out as soon as its characters are whole. Chooses nothing, stores nothing else.
import { createUtf8Decoder } from './utf8.ts';

/** Turns ids into text one at a time; control tokens give ''. */
export interface TokenDecoder {
  /** The text that this id completes; bytes of an unfinished character wait. */
  push(id: number): string;
  /** What is left: U+FFFD when a character stayed unfinished, else ''. */
  end(): string;
}

/**
 * Creates a decoder over `textBytes`: the bytes an id shows as, none for a control token.
 *
 * @param spaceBefore whether the tokenizer puts a space before a text: one is no part of what is decoded.
 */
export function createTokenDecoder(
  textBytes: (id: number) => Uint8Array,
  spaceBefore: boolean,
): TokenDecoder {
  const utf8 = createUtf8Decoder();
  let isStart = spaceBefore;
  const push = (id: number): string => {
    const text = utf8.push(textBytes(id));
    if (!isStart || text === '') return text;
    isStart = false;
    return text.replace(/^ /, '');
  };
  return { push, end: () => utf8.end() };
}
