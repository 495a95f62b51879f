// Vocabulary, merges and added tokens, from wherever they came -> a checked TokenizerJson. Shared by GGUF and hub files.
import { ModelFormatError } from '@longread/core';
import { preTokenizerJson } from './pre-tokenizers.ts';
import type { AddedToken, TokenizerJson } from './tokenizer-definition.ts';

export interface TokenizerParts {
  /** Where the parts came from, for messages. */
  readonly origin: string;
  /** Vocabulary entries, added tokens among them or not. */
  readonly tokens: Iterable<readonly [token: string, id: number]>;
  readonly addedTokens: readonly AddedToken[];
  /** "left right", most frequent first. */
  readonly merges: readonly string[];
  readonly patterns: readonly string[];
  readonly ignoreMerges: boolean;
}

/** An added token with the flags that GGUF does not have off. */
export function addedToken(
  id: number,
  content: string,
  special: boolean,
  lstrip = false,
  rstrip = false,
): AddedToken {
  return { id, content, special, lstrip, rstrip, normalized: false, single_word: false };
}

/**
 * Checks the parts against each other and builds the JSON. Throws ModelFormatError for repeated tokens and for merges that
 * are malformed, lead outside the vocabulary, or would turn text into a control token.
 */
export function buildTokenizerJson(parts: TokenizerParts): TokenizerJson {
  const vocab = readVocab(parts);
  checkMerges(parts, vocab);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: parts.addedTokens,
    normalizer: null,
    pre_tokenizer: preTokenizerJson(parts.patterns),
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: parts.ignoreMerges,
      vocab,
      merges: parts.merges,
    },
  };
}

/** Added tokens leave the vocabulary, so that no text ever becomes one; an empty token stands for nothing. */
export function readVocab({
  origin,
  tokens,
  addedTokens,
  merges,
}: Pick<TokenizerParts, 'origin' | 'tokens' | 'addedTokens' | 'merges'>): Record<string, number> {
  const added = new Set(addedTokens.map((token) => token.content));
  const merged = new Set(merges.map((merge) => merge.replace(' ', '')));
  for (const { content, special } of addedTokens) {
    if (!merged.has(content)) continue;
    if (special)
      throw fail(origin, `a merge makes text into the control token "${content.slice(0, 40)}"`, {
        token: content,
      });
    added.delete(content);
  }
  const vocab = Object.create(null) as Record<string, number>;
  for (const [token, id] of tokens) {
    if (token === '' || added.has(token)) continue;
    if (vocab[token] !== undefined) {
      throw fail(origin, `token "${token.slice(0, 40)}" is there twice (ids ${vocab[token]} and ${id})`, {
        token,
        id,
      });
    }
    vocab[token] = id;
  }
  return vocab;
}

/** Throws ModelFormatError for a merge that is malformed, or leads outside the vocabulary. */
export function checkMerges(
  { origin, merges }: Pick<TokenizerParts, 'origin' | 'merges'>,
  vocab: Readonly<Record<string, number>>,
): void {
  merges.forEach((merge, index) => {
    const space = merge.indexOf(' ');
    const left = merge.slice(0, space);
    const right = merge.slice(space + 1);
    const isWhole = space > 0 && right !== '' && !right.includes(' ');
    if (
      !isWhole ||
      vocab[left] === undefined ||
      vocab[right] === undefined ||
      vocab[left + right] === undefined
    ) {
      const what = isWhole ? 'leads outside the vocabulary' : 'is not two tokens';
      throw fail(origin, `merge ${index} ("${merge.slice(0, 40)}") ${what}`, {
        merge: merge.slice(0, 80),
        index,
      });
    }
  });
}

function fail(
  origin: string,
  what: string,
  details: Readonly<Record<string, string | number>>,
): ModelFormatError {
  return new ModelFormatError(`${origin}: ${what}.`, { origin, ...details });
}
