// Incremental detokenizer: token ids in, text out as soon as its characters are whole. Chooses nothing, stores nothing else.
import { createUtf8Decoder } from './utf8.ts';

/** Turns ids into text one at a time; control tokens give ''. */
export interface TokenDecoder {
  /** The text that this id completes; bytes of an unfinished character wait. */
  push(id: number): string;
  /** What is left: U+FFFD when a character stayed unfinished, else ''. */
  end(): string;
}

/** Creates a decoder over `textBytes`: the bytes an id shows as, none for a control token. */
export function createTokenDecoder(textBytes: (id: number) => Uint8Array): TokenDecoder {
  const utf8 = createUtf8Decoder();
  return { push: (id) => utf8.push(textBytes(id)), end: () => utf8.end() };
}
