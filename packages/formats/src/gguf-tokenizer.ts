// tokenizer.ggml.* keys -> TokenizerDefinition, for byte-level BPE ("gpt2") and SentencePiece ("llama"); token types as in ggml's
// llama_token_type.
import { ModelFormatError } from '@longread/core';
import { addedToken, buildTokenizerJson, type TokenizerParts } from './build-tokenizer-json.ts';
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
import type { ModelFamily } from './families.ts';
import { buildPiecesJson } from './sentence-pieces.ts';
import type { TokenizerDefinition, TokenizerJson } from './tokenizer-definition.ts';
import { unsupported } from './unsupported.ts';

const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** Control tokens that end a turn or a text by name, where the file says nothing of them. */
export const endNames: ReadonlySet<string> = new Set([
  '<|im_end|>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<|end|>',
  '<|eom_id|>',
  '<end_of_turn>',
]);

type Vocabulary = Pick<TokenizerParts, 'origin' | 'tokens' | 'addedTokens'>;

/** By tokenizer.ggml.model: what makes the JSON of the vocabulary and the file's other keys. */
const makers: ReadonlyMap<string, (entries: GgufEntries, vocabulary: Vocabulary) => TokenizerJson> = new Map([
  ['gpt2', makeByteLevel],
  ['llama', makePieces],
]);

function makeByteLevel(entries: GgufEntries, vocabulary: Vocabulary): TokenizerJson {
  const { patterns, ignoreMerges } = preTokenizerNamed(requireString(entries, 'tokenizer.ggml.pre'));
  const merges = requireStrings(entries, 'tokenizer.ggml.merges');
  return buildTokenizerJson({ ...vocabulary, merges, patterns, ignoreMerges });
}

function makePieces(entries: GgufEntries, vocabulary: Vocabulary): TokenizerJson {
  refuseNormalizing(entries);
  const tokens = requireStrings(entries, 'tokenizer.ggml.tokens');
  const types = readNumbers(entries, 'tokenizer.ggml.token_type', tokens.length);
  const scores = readNumbers(entries, 'tokenizer.ggml.scores', tokens.length);
  const pieces = tokens.flatMap((content, id) =>
    types[id] === tokenType.normal && content !== '' ? [{ content, score: scores[id] ?? NaN }] : [],
  );
  return buildPiecesJson(vocabulary, pieces);
}

/** What SentencePiece may do to a text before it is cut into pieces, which would move the ends of tokens; a space before it is none of that. */
function refuseNormalizing(entries: GgufEntries): void {
  const key = (name: string): string => `tokenizer.ggml.${name}`;
  const squeeze = key('remove_extra_whitespaces');
  if (entries.get(squeeze) === true)
    throw unsupported(squeeze, true, `A tokenizer that drops whitespace is not supported ("${squeeze}").`);
  const map = key('precompiled_charsmap');
  if (entries.has(map))
    throw unsupported(map, 'an array', `A tokenizer that replaces characters is not supported ("${map}").`);
}

/** Control tokens behind which whitespace stays where that behind the others is swallowed: Phi-3's, in its tokenizer.json. */
const leavesSpace = new Set(['<s>', '<unk>', '<|endoftext|>']);

/** Builds the definition. Throws ModelFormatError naming the key. */
export function readTokenizer(
  entries: GgufEntries,
  family: Pick<ModelFamily, 'controlsSwallowSpace'>,
): TokenizerDefinition {
  const model = requireString(entries, 'tokenizer.ggml.model');
  const make = makers.get(model);
  if (make === undefined) {
    const known = '"gpt2" (byte-level BPE) and "llama" (SentencePiece)';
    const what = `Tokenizer "${model.slice(0, 80)}" is not supported (tokenizer.ggml.model; known: ${known}).`;
    throw unsupported('tokenizer.ggml.model', model, what);
  }
  const inPieces = make === makePieces;
  const addsBos = inPieces || preTokenizerNamed(requireString(entries, 'tokenizer.ggml.pre')).addsBos;
  const tokens = requireStrings(entries, 'tokenizer.ggml.tokens');
  const types = readNumbers(entries, 'tokenizer.ggml.token_type', tokens.length);
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
  const swallows = ([token, id]: readonly [string, number]): boolean =>
    inPieces && family.controlsSwallowSpace && isControl(id) && !leavesSpace.has(token);
  const added = named
    .filter(isAdded)
    .map((entry) => addedToken(entry[1], entry[0], isControl(entry[1]), false, swallows(entry)));
  const namedEnds = added
    .filter((token) => token.special && endNames.has(token.content))
    .map((token) => token.id);
  const ends = [eosId, ...otherEnds.filter((id) => id !== undefined), ...namedEnds];
  return {
    json: make(entries, {
      origin: 'Metadata keys "tokenizer.ggml"',
      tokens: named.filter((entry) => types[entry[1]] !== tokenType.unused),
      addedTokens: added,
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
    // Where a file does not say so, as llama.cpp has it.
    spaceBefore: inPieces && entries.get('tokenizer.ggml.add_space_prefix') !== false,
    addBos: (entries.get('tokenizer.ggml.add_bos_token') ?? addsBos) === true,
    endOfTurnIds: [...new Set(ends)],
  };
}

/** One number a token. */
function readNumbers(entries: GgufEntries, key: string, numTokens: number): readonly number[] {
  const numbers = optionalNumbers(entries, key) ?? [];
  if (numbers.length === numTokens) return numbers;
  const { length } = numbers;
  throw new ModelFormatError(`Metadata key "${key}" has ${length} entries for ${numTokens} tokens.`, {
    key,
    length,
    numTokens,
  });
}
