// Every pre-tokenizer against Hugging Face's tokenizers library, on random texts (e2e/golden/pretokens.py): ids by their hashes.
import { expect, it } from 'vitest';
import golden from '../../../e2e/golden/pretokens.json' with { type: 'json' };
import { buildTokenizerJson } from './build-tokenizer-json.ts';
import { preTokenizerNamed } from './pre-tokenizers.ts';
import { createTokenizer } from './tokenizer.ts';

/** The generator of pretokens.py. */
function randomTexts(seed: number, fragments: readonly string[], count: number): string[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % limit;
  };
  return Array.from({ length: count }, () => {
    const length = 1 + below(24);
    return Array.from({ length }, () => fragments[below(fragments.length)]).join('');
  });
}

/** FNV-1a of 32 bits over the ids, as hex. */
function hashed(ids: readonly number[]): string {
  const value = ids.reduce((hash, id) => Math.imul(hash ^ id, 16_777_619) >>> 0, 2_166_136_261);
  return value.toString(16).padStart(8, '0');
}

const texts = randomTexts(golden.seed, golden.fragments, golden.numTexts);

it.each(Object.entries(golden.hashes))('%s', (name, hashes) => {
  const { patterns, ignoreMerges } = preTokenizerNamed(name);
  const json = buildTokenizerJson({
    origin: 'golden',
    tokens: golden.tokens.map((token, id) => [token, id] as const),
    addedTokens: [],
    merges: golden.merges,
    patterns,
    ignoreMerges,
  });
  const tokenizer = createTokenizer({
    json,
    config: {
      tokenizer_class: 'PreTrainedTokenizer',
      bos_token: null,
      eos_token: '',
      clean_up_tokenization_spaces: false,
      chat_template: null,
    },
    vocabSize: golden.tokens.length,
    bosId: null,
    eosId: 0,
    addBos: false,
    endOfTurnIds: [0],
  });
  const wrong = texts.flatMap((text, i) => {
    const ids = tokenizer.encodeText(text);
    return hashed(ids) === hashes.slice(8 * i, 8 * i + 8) ? [] : [{ text, ids }];
  });
  expect(wrong.slice(0, 5), `${wrong.length} of ${texts.length} texts`).toEqual([]);
});
