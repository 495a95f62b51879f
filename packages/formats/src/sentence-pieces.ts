// Tokenizers in SentencePiece's form (tokenizer.ggml.model "llama"), as Gemma's: pieces with scores, spaces written as U+2581, bytes as
// a fallback; or with merges in the place of scores ("gemma4", tokenizer.json). SentencePiece joins the two neighbours that make the piece of the highest score; as BPE, merges by falling score.
// Source: https://github.com/google/sentencepiece (bpe_model.cc), whose library has the same order in Hugging Face's conversions.
import { ModelFormatError } from '@longread/core';
import { checkMerges, readVocab, type TokenizerParts } from './build-tokenizer-json.ts';
import type { TokenizerJson } from './tokenizer-definition.ts';
import { encodeUtf8 } from './utf8.ts';

/** What stands for a space in a piece. */
export const escapedSpace = '\u2581';

const byteName = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
const byteOfName: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [byteName(byte), byte]),
);

/** True for the name of a token that stands for a byte. */
export const isByteName = (token: string): boolean => byteOfName.has(token);

/** What text is joined to; of two, the one of the higher score first. */
interface Piece {
  readonly content: string;
  readonly score: number;
}

/**
 * Builds the JSON. Throws ModelFormatError for repeated tokens, and where a byte has no token: characters that are in no piece would
 * be lost.
 *
 * @param pieces those that text is joined to; neither bytes nor added tokens are among them.
 */
export function buildPiecesJson(
  parts: Pick<TokenizerParts, 'origin' | 'tokens' | 'addedTokens'>,
  pieces: readonly Piece[],
): TokenizerJson {
  const contents = pieces.map(({ content }) => content);
  return piecesJson(
    parts.origin,
    readVocab({ ...parts, merges: [] }),
    parts.addedTokens,
    contents,
    mergesOf(pieces),
  );
}

/** The same of merges in their order, as tokenizer.json has them. */
export function mergedPiecesJson(
  parts: Pick<TokenizerParts, 'origin' | 'tokens' | 'addedTokens' | 'merges'>,
): TokenizerJson {
  const vocab = readVocab(parts);
  checkMerges(parts, vocab);
  const contents = parts.merges.map((merge) => merge.replace(' ', ''));
  return piecesJson(parts.origin, vocab, parts.addedTokens, contents, parts.merges);
}

/** @param contents what text is joined to. */
function piecesJson(
  origin: string,
  vocab: Readonly<Record<string, number>>,
  addedTokens: TokenizerJson['added_tokens'],
  contents: readonly string[],
  merges: readonly string[],
): TokenizerJson {
  const lost = [...byteOfName.keys()].find((name) => vocab[name] === undefined);
  if (lost !== undefined)
    throw new ModelFormatError(`${origin}: there is no token for the byte ${lost}.`, { token: lost });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: escapedSpace },
    pre_tokenizer: partingOf(contents),
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: true,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}

/** Where no piece goes across, so that what is between can be joined by itself: words, or else lines. */
function partingOf(contents: readonly string[]): TokenizerJson['pre_tokenizer'] {
  if (!contents.some((content) => behindSpace.test(content))) return parted(words);
  return contents.some((content) => acrossLines.test(content)) ? null : parted(lines);
}

const behindSpace = new RegExp(`[^${escapedSpace}]${escapedSpace}`, 'u');
const words = `${escapedSpace}+[^${escapedSpace}]*|[^${escapedSpace}]+`;
/** Whether these patterns part a text before all its spaces. */
export const partsAtSpaces = (patterns: readonly string[]): boolean =>
  patterns.length === 1 && patterns[0] === words;

const acrossLines = /[^\n]\n|\n[^\n]/;
const lines = '[^\\n]+|\\n+';

function parted(pattern: string): TokenizerJson['pre_tokenizer'] {
  return {
    type: 'Sequence',
    pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }],
  };
}

/** Every way to make a piece of two, "left right": by falling score, then the longer left first. */
function mergesOf(pieces: readonly Piece[]): string[] {
  const contents = new Set(pieces.map(({ content }) => content));
  const merges = pieces.flatMap(({ content, score }) => {
    const ways: {
      readonly left: string;
      readonly right: string;
      readonly score: number;
      readonly chars: number;
    }[] = [];
    let chars = 0;
    for (let at = 0; at < content.length; at += (content.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
      const [left, right] = [content.slice(0, at), content.slice(at)];
      if (contents.has(left) && contents.has(right)) ways.push({ left, right, score, chars });
      chars += 1;
    }
    return ways;
  });
  return merges
    .sort((a, b) => b.score - a.score || b.chars - a.chars)
    .map(({ left, right }) => `${left} ${right}`);
}

/** The bytes that a token of such a vocabulary stands for. */
export function pieceBytes(token: string): Uint8Array<ArrayBuffer> {
  const byte = byteOfName.get(token);
  return byte === undefined ? encodeUtf8(token.replaceAll(escapedSpace, ' ')) : Uint8Array.of(byte);
}
