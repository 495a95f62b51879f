// The tokenizer the engine uses: documents and questions through encodeText, rendered templates through encodeTemplate.
// One library instance knows no special tokens at all, only runs of whitespace and single characters; templates are cut at them here.
// Library: @huggingface/tokenizers and jinja, 25 KB minified and gzipped; the tokenizers of @huggingface/transformers
// bring 160 KB (esbuild, 2026-11-24).
import { invariant, ModelFormatError } from '@longread/core';
import { BPE, Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { withoutEncoder } from './byte-chars-step.ts';
import { byteChars } from './byte-level.ts';
import { completionStop, createChatRenderer, type ChatMessage } from './chat-template.ts';
import { measureSpans, type TokenSpans } from './token-spans.ts';
import { createTokenBytes } from './token-bytes.ts';
import { endsBeforeSpace } from './deepseek-patterns.ts';
import { splitPatternsOf } from './pre-tokenizers.ts';
import { createTokenDecoder, type TokenDecoder } from './decode-stream.ts';
import { escapedSpace } from './sentence-pieces.ts';
import type { AddedToken, TokenizerDefinition } from './tokenizer-definition.ts';
import { wordCutsOf } from './word-cuts.ts';
import { createWordIds } from './word-ids.ts';

export interface Tokenizer {
  readonly vocabSize: number;
  /** What every text begins with that the model reads; undefined for nothing. */
  readonly beginId: number | undefined;
  /** Ids that end generation, eos first. */
  readonly endOfTurnIds: readonly number[];
  /** Texts that end generation: of a model without a chat template, which goes on with another question. */
  readonly endOfTurnTexts: readonly string[];
  /** Text -> ids; special strings stay text. The path for documents and questions, which stand within a text: none begins with them. */
  encodeText(text: string): number[];
  /** Like encodeText, with the end of each token in code units of `text`, see {@link TokenSpans}. */
  encodeSpans(text: string): TokenSpans;
  /**
   * Text -> ids; special strings become special tokens. The path for rendered templates. `goesOn` where text stands before it, which then
   * does not begin here.
   */
  encodeTemplate(text: string, goesOn?: boolean): number[];
  /** Matches text that ends with what is parted from a space behind it, whatever follows. */
  readonly endsBeforeSpace: RegExp;
  /** UTF-8 bytes a token stands for (a special token: its name's). */
  byteLength(id: number): number;
  /** Renders a conversation with the model's own template, generation prompt included. Throws ModelFormatError. */
  renderChat(messages: readonly ChatMessage[], thinking?: boolean): string;
  /** Incremental detokenizer; special tokens give ''. */
  createDecoder(): TokenDecoder;
}

/**
 * Creates a tokenizer. Bytes that the vocabulary has no token for are left out of ids, as the reference implementation does.
 * Throws ModelFormatError when the library refuses the definition.
 */
export function createTokenizer(definition: TokenizerDefinition): Tokenizer {
  const { json, config, vocabSize, endOfTurnIds, spaceBefore } = definition;
  const taken = tokensOfTexts(json);
  const hub = createHubTokenizer(definition, taken);
  const encodeText = (text: string): number[] =>
    hub.encode(text.toWellFormed(), { add_special_tokens: false }).ids;
  const beforeSpace = endsBeforeSpace(splitPatternsOf(json));
  const isCut = wordCutsOf(json, taken, beforeSpace);
  const encodeWords = isCut === undefined ? encodeText : createWordIds(encodeText, isCut);
  // The library's own cache of words is rewritten with each word of a text: garbage that only a collection of the whole heap takes.
  if (isCut !== undefined && hub.model instanceof BPE) hub.model.max_length_to_cache = 0;

  const encodeBegun = (text: string): number[] => encodeText(spaceBefore && text !== '' ? ` ${text}` : text);

  const added = new Map(json.added_tokens.map((token) => [token.content, token]));
  const addedPattern = matchAdded(json.added_tokens);
  const tokens = createTokenBytes(definition);
  const inPieces = json.normalizer !== null;
  const hasByte = byteChars.map((char) => inPieces || json.model.vocab[char] !== undefined);
  /** The text that its tokens stand for, of the same length. */
  const asRead = (text: string) => (inPieces ? text.replaceAll(escapedSpace, ' ') : text);
  const none = new Uint8Array(0);

  return {
    vocabSize,
    beginId: (definition.addBos ? definition.bosId : null) ?? undefined,
    endOfTurnIds,
    endOfTurnTexts: config.chat_template === null ? [completionStop] : [],
    encodeText,
    encodeSpans: (text) => measureSpans(asRead(text), encodeWords(text), (id) => tokens.length(id), hasByte),
    encodeTemplate(text, goesOn = false) {
      const ids: number[] = [];
      let end = 0;
      let encode = goesOn ? encodeText : encodeBegun;
      for (const match of addedPattern === null ? [] : text.matchAll(addedPattern)) {
        const token = added.get(match[1] ?? '');
        invariant(token !== undefined, 'the added-token pattern matched what is no added token');
        for (const id of encode(text.slice(end, match.index))) ids.push(id);
        ids.push(token.id);
        end = match.index + match[0].length;
        encode = encodeBegun;
      }
      return ids.concat(encode(text.slice(end)));
    },
    endsBeforeSpace: beforeSpace,
    byteLength: (id) => tokens.length(id),
    renderChat: createChatRenderer(definition),
    createDecoder: () =>
      createTokenDecoder((id) => (tokens.isSpecial(id) ? none : tokens.bytes(id)), spaceBefore),
  };
}

/** @param taken added tokens that any text becomes. */
function createHubTokenizer(
  { json, config }: TokenizerDefinition,
  taken: readonly AddedToken[],
): HubTokenizer {
  try {
    return withoutEncoder(new HubTokenizer({ ...json, added_tokens: taken }, config));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFormatError(`The tokenizer cannot be built: ${reason}`, { reason }, { cause });
  }
}

/**
 * Added tokens that any text becomes, too, as they are taken whole before words are parted and pieces joined: runs of whitespace, but for a
 * single space, which is left to the vocabulary, most of whose words begin with one; and with byte-level BPE single characters, of which
 * DeepSeek's vocabularies have 13 (ö and ü among them).
 */
function tokensOfTexts({ added_tokens: added, normalizer }: TokenizerDefinition['json']): AddedToken[] {
  const isOfTexts = normalizer === null ? /^(?:\s+|.)$/u : /^\s+$/;
  return added.flatMap((token) => {
    const content = normalizer === null ? token.content : token.content.replaceAll(escapedSpace, ' ');
    return !token.special && content !== ' ' && isOfTexts.test(content) ? [{ ...token, content }] : [];
  });
}

/** Matches any added token, the longest first, with the whitespace it swallows; group 1 is the token itself. */
function matchAdded(tokens: readonly AddedToken[]): RegExp | null {
  if (tokens.length === 0) return null;
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const sorted = tokens.toSorted((a, b) => b.content.length - a.content.length);
  const group = (some: readonly AddedToken[]): string => some.map(({ content }) => escape(content)).join('|');
  const eatsBefore = group(sorted.filter((token) => token.lstrip));
  const eatsAfter = group(sorted.filter((token) => token.rstrip));
  const before = eatsBefore === '' ? '' : `(?:\\s*(?=${eatsBefore}))?`;
  const after = eatsAfter === '' ? '' : `(?:(?<=${eatsAfter})\\s*)?`;
  return new RegExp(`${before}(${group(sorted)})${after}`, 'g');
}
