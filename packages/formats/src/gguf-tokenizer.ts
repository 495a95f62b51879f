// tokenizer.ggml.* keys -> TokenizerDefinition. Byte-level BPE ("gpt2") only; token types as in ggml's llama_token_type.
import { ModelFormatError } from '@longread/core';
import { addedToken, buildTokenizerJson } from './build-tokenizer-json.ts';
import {
  optionalInteger,
  optionalNumbers,
  optionalString,
  requireInteger,
  requireString,
  requireStrings,
} from './gguf-keys.ts';
import type { GgufEntries } from './gguf-keys.ts';
import { preTokenizerNamed } from './pre-tokenizers.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';
import { unsupported } from './unsupported.ts';

const tokenType = { unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** Control tokens that end a turn or a text by name, where the file says nothing of them. */
const endNames = new Set([
  '<|im_end|>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<|end|>',
  '<|eom_id|>',
]);

/** Builds the definition. Throws ModelFormatError naming the key. */
export function readTokenizer(entries: GgufEntries): TokenizerDefinition {
  const model = requireString(entries, 'tokenizer.ggml.model');
  if (model !== 'gpt2') {
    const what = `Tokenizer "${model.slice(0, 80)}" is not supported: only byte-level BPE ("gpt2") is (tokenizer.ggml.model).`;
    throw unsupported('tokenizer.ggml.model', model, what);
  }
  const pre = preTokenizerNamed(requireString(entries, 'tokenizer.ggml.pre'));
  const tokens = requireStrings(entries, 'tokenizer.ggml.tokens');
  const types = readTypes(entries, tokens.length);
  const idRange = { min: 0, max: tokens.length - 1 };
  const eosId = requireInteger(entries, 'tokenizer.ggml.eos_token_id', idRange);
  const bosId = optionalInteger(entries, 'tokenizer.ggml.bos_token_id', idRange) ?? null;
  const otherEnds = ['eot', 'eom'].map((end) =>
    optionalInteger(entries, `tokenizer.ggml.${end}_token_id`, idRange),
  );
  for (const name of ['unknown', 'padding'])
    optionalInteger(entries, `tokenizer.ggml.${name}_token_id`, idRange);

  const named: (readonly [string, number])[] = tokens.map((token, id) => [token, id]);
  const isControl = (id: number): boolean =>
    types[id] === tokenType.control || types[id] === tokenType.unknown;
  const isAdded = ([token, id]: readonly [string, number]): boolean =>
    token !== '' && (isControl(id) || types[id] === tokenType.userDefined);
  const added = named.filter(isAdded).map(([token, id]) => addedToken(id, token, isControl(id)));
  const namedEnds = added
    .filter((token) => token.special && endNames.has(token.content))
    .map((token) => token.id);
  const ends = [eosId, ...otherEnds.filter((id) => id !== undefined), ...namedEnds];
  return {
    json: buildTokenizerJson({
      origin: 'Metadata keys "tokenizer.ggml"',
      tokens: named.filter((entry) => types[entry[1]] !== tokenType.unused),
      addedTokens: added,
      merges: requireStrings(entries, 'tokenizer.ggml.merges'),
      patterns: pre.patterns,
      ignoreMerges: pre.ignoreMerges,
    }),
    config: {
      tokenizer_class: 'PreTrainedTokenizer',
      bos_token: bosId === null ? null : (tokens[bosId] ?? null),
      eos_token: tokens[eosId] ?? '',
      clean_up_tokenization_spaces: false,
      chat_template: optionalString(entries, 'tokenizer.chat_template') ?? null,
    },
    vocabSize: tokens.length,
    bosId,
    eosId,
    addBos: entries.get('tokenizer.ggml.add_bos_token') === true,
    endOfTurnIds: [...new Set(ends)],
  };
}

function readTypes(entries: GgufEntries, numTokens: number): readonly number[] {
  const key = 'tokenizer.ggml.token_type';
  const types = optionalNumbers(entries, key) ?? [];
  if (types.length !== numTokens) {
    throw new ModelFormatError(`Metadata key "${key}" has ${types.length} entries for ${numTokens} tokens.`, {
      key,
      length: types.length,
      numTokens,
    });
  }
  return types;
}
