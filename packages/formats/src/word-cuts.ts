// Where a text can be cut between words so that its ids are those of its parts: where the model's pre-tokenizer parts it anyway, whatever
// stands around. Known of the pre-tokenizers by name, and of pieces that are parted at spaces.
import { anyLetter } from './deepseek-patterns.ts';
import { isKnownParting, splitPatternsOf } from './pre-tokenizers.ts';
import { partsAtSpaces } from './sentence-pieces.ts';
import type { AddedToken, TokenizerJson } from './tokenizer-definition.ts';

/** Whether a text can be cut before the code unit at `at`, which is not its first. */
export type IsCut = (text: string, at: number) => boolean;

/** Behind a letter or digit it begins a part, and before a space it ends one: punctuation to all patterns, and of no contraction. */
const isStop = (unit: number): boolean =>
  unit === 0x2c || unit === 0x2e || unit === 0x3a || unit === 0x3b || unit === 0x21 || unit === 0x3f;
/** ASCII's. */
const isPlainLetter = (unit: number): boolean =>
  (unit > 0x60 && unit < 0x7b) || (unit > 0x40 && unit < 0x5b) || (unit > 0x2f && unit < 0x3a);

/**
 * The cuts of a tokenizer; undefined where none are known.
 * @param addedTokens those that texts become before they are parted.
 * @param beforeSpace matches what is parted from a space behind it (`Tokenizer.endsBeforeSpace`).
 */
export function wordCutsOf(
  json: TokenizerJson,
  addedTokens: readonly AddedToken[],
  beforeSpace: RegExp,
): IsCut | undefined {
  // These take spaces of the parts beside them.
  if (addedTokens.some(({ lstrip, rstrip }) => lstrip || rstrip)) return undefined;
  const patterns = splitPatternsOf(json);
  const inPieces = json.normalizer !== null;
  if (inPieces ? !partsAtSpaces(patterns) : !isKnownParting(patterns)) return undefined;
  const isLetter = (text: string, at: number, pattern: RegExp): boolean => {
    const unit = text.charCodeAt(at);
    return isPlainLetter(unit) || (unit > 0x7f && pattern.test(text.slice(Math.max(0, at - 1), at + 1)));
  };
  return (text, at) => {
    const unit = text.charCodeAt(at);
    if (unit === 0x20) return isStop(text.charCodeAt(at - 1)) || isLetter(text, at - 1, beforeSpace);
    if (inPieces) return false;
    if (unit === 0x0a) return isLetter(text, at - 1, anyLetter);
    return isStop(unit) && isPlainLetter(text.charCodeAt(at - 1));
  };
}
