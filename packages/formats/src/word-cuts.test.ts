// Every cut between words against the whole text, with a vocabulary that joins what stands on both sides of it where no pre-tokenizer parts it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../../e2e/golden/pretokens.json' with { type: 'json' };
import { addedToken, buildTokenizerJson } from './build-tokenizer-json.ts';
import { byteChars } from './byte-level.ts';
import { endsBeforeSpace } from './deepseek-patterns.ts';
import { gpt2Pattern, preTokenizerNamed } from './pre-tokenizers.ts';
import { buildPiecesJson } from './sentence-pieces.ts';
import { bareTokenizer } from './testing/bare-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { AddedToken } from './tokenizer-definition.ts';
import { wordCutsOf } from './word-cuts.ts';

const stops = Array.from(',.:;!?');
const marks = Array.from('\'"$-(');
const letters = Array.from('aZ1ñ٣א語');
const bytesOf = (text: string): string[] =>
  Array.from(new TextEncoder().encode(text), (byte) => byteChars[byte] ?? '');

/** Letters of several bytes as one token, then pairs of what stands beside each other, parted by a cut or not. */
function joining(): { readonly tokens: readonly string[]; readonly merges: readonly string[] } {
  const whole = letters.filter((letter) => bytesOf(letter).length > 1);
  const inLetters = whole.flatMap((letter) => {
    const bytes = bytesOf(letter);
    return bytes.slice(1).map((byte, i) => `${bytes.slice(0, i + 1).join('')} ${byte}`);
  });
  const tokenOf = (text: string) => bytesOf(text).join('');
  const pairs = [
    ...letters.flatMap((letter) => [' ', '\n', ...stops, ...marks].map((next) => [letter, next])),
    ...[...stops, ...marks].flatMap((mark) => [' ', '\n', 'a', 'Z', '1', mark].map((next) => [mark, next])),
  ].map(([left = '', right = '']) => `${tokenOf(left)} ${tokenOf(right)}`);
  const merges = [...inLetters, ...pairs];
  const tokens = [...new Set([...byteChars, ...merges.map((merge) => merge.replace(' ', ''))])];
  return { tokens, merges };
}

const { tokens, merges } = joining();

const byteLevel = (patterns: readonly string[], ignoreMerges: boolean, addedTokens: readonly AddedToken[]) =>
  buildTokenizerJson({
    origin: 'test',
    tokens: tokens.map((token, id) => [token, id] as const),
    addedTokens,
    merges,
    patterns,
    ignoreMerges,
  });

const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...letters, ' ') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...stops, ...marks, '\n', '  ', "'s", '\r\n', '\t'),
  },
  { weight: 1, arbitrary: fc.constantFrom('\u0301', '\u00a0', '\u2581', '\ud83d', '\ude42', '🙂', '…', '²') },
);

function expectWholeIds(tokenizer: Tokenizer): void {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const whole = tokenizer.encodeText(text);
      expect([...tokenizer.encodeSpans(text).ids]).toEqual(whole);
      expect([...tokenizer.encodeSpans(text).ids], 'with its words known').toEqual(whole);
    }),
    { numRuns: 600 },
  );
}

describe('texts word by word have the ids of the whole', () => {
  it.each(Object.keys(golden.digests))('by the pre-tokenizer %s', (name) => {
    const { patterns, ignoreMerges } = preTokenizerNamed(name);
    const isCut = wordCutsOf(byteLevel(patterns, ignoreMerges, []), [], endsBeforeSpace(patterns));
    expect(isCut?.('a b', 1)).toBe(true);
    expectWholeIds(bareTokenizer(byteLevel(patterns, ignoreMerges, []), tokens.length));
  });

  it('with tokens of their own for whitespace and single letters', () => {
    const added = ['  ', '\n', '\n\n', 'ñ', '٣'].map((content, i) =>
      addedToken(tokens.length + i, content, false),
    );
    expectWholeIds(bareTokenizer(byteLevel([gpt2Pattern], false, added), tokens.length + added.length));
  });

  it('of pieces that are parted at spaces', () => {
    const bytes = Array.from(
      { length: 256 },
      (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`,
    );
    const pieces = ['\u2581', ...letters, ...stops, '\n', 'a\n', 'a,', ',a', '\u2581a', '\u2581\u2581'];
    const all = [...bytes, ...pieces];
    const json = buildPiecesJson(
      { origin: 'test', tokens: all.map((token, id) => [token, id] as const), addedTokens: [] },
      pieces.map((content, i) => ({ content, score: -i })),
    );
    expect(wordCutsOf(json, [], /a$/)?.('a b', 1)).toBe(true);
    expect(wordCutsOf(json, [], /a$/)?.('a\nb', 1)).toBe(false);
    expectWholeIds(bareTokenizer(json, all.length));
  });
});

it('knows no cuts of patterns that are in no table, in another order, or of added tokens that take spaces', () => {
  const cuts = (patterns: readonly string[], added: readonly AddedToken[] = []) =>
    wordCutsOf(byteLevel(patterns, false, added), added, endsBeforeSpace(patterns));
  const { patterns } = preTokenizerNamed('smollm');
  expect(cuts(patterns)).toBeTypeOf('function');
  expect(cuts([gpt2Pattern, '\\w+ '])).toBeUndefined();
  expect(cuts(patterns.toReversed())).toBeUndefined();
  expect(cuts(patterns, [addedToken(tokens.length, '  ', false, true)])).toBeUndefined();
});
