// tokenizer.ggml.* keys -> TokenizerDefinition, for byte-level BPE ("gpt2"), SentencePiece ("llama"), and pieces that are joined by merges
// ("gemma4"); token types as in ggml's llama_token_type.
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
import { buildPiecesJson, mergedPiecesJson } from './sentence-pieces.ts';
import type { TokenizerDefinition, TokenizerJson } from './tokenizer-definition.ts';
import { unsupported } from './unsupported.ts';

const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** Tokens that end a turn or a text by name, where the file says nothing of them: control tokens, or those that show. */
export const endNames: ReadonlySet<string> = new Set([
  '<|im_end|>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<|end|>',
  '<|eom_id|>',
  '<end_of_turn>',
  '<turn|>',
  '<|tool_response>',
]);

type Vocabulary = Pick<TokenizerParts, 'origin' | 'tokens' | 'addedTokens'>;

interface Kind {
  /** Makes the JSON of the vocabulary and the file's other keys. */
  readonly make: (entries: GgufEntries, vocabulary: Vocabulary) => TokenizerJson;
  /** For messages. */
  readonly what: string;
  /** Whether spaces are written as U+2581, and what has no token as its bytes. */
  readonly inPieces: boolean;
  /** Whether a space goes before a text unless the file says otherwise; absent where none ever does. */
  readonly maySpaceBefore?: true;
  /** Whether texts begin with a token for that: `always`, whatever a file says, as llama.cpp has it. */
  readonly addsBos: (entries: GgufEntries) => boolean | 'always';
}

/** By tokenizer.ggml.model. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'gpt2',
    {
      make: makeByteLevel,
      what: 'byte-level BPE',
      inPieces: false,
      addsBos: (entries) => preTokenizerNamed(requireString(entries, 'tokenizer.ggml.pre')).addsBos,
    },
  ],
  [
    'llama',
    {
      make: makePieces,
      what: 'SentencePiece',
      inPieces: true,
      maySpaceBefore: true,
      addsBos: () => true,
    },
  ],
  ['gemma4', { make: makeMergedPieces, what: 'BPE of pieces', inPieces: true, addsBos: () => 'always' }],
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

/** Merges go from line to line in no vocabulary that is known: none has a token of line feeds and anything else. */
function makeMergedPieces(entries: GgufEntries, vocabulary: Vocabulary): TokenizerJson {
  refuseNormalizing(entries);
  return mergedPiecesJson({ ...vocabulary, merges: requireStrings(entries, 'tokenizer.ggml.merges') });
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

/** Tokens that are never to be drawn: no sampler here is told of any. */
function refuseSuppressing(entries: GgufEntries): void {
  const key = 'tokenizer.ggml.suppress_tokens';
  const given = entries.get(key);
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return;
  throw unsupported(key, 'an array', `Tokens that are never to be drawn are not supported ("${key}").`);
}

/** Control tokens behind which whitespace stays where that behind the others is swallowed: Phi-3's, in its tokenizer.json. */
const leavesSpace = new Set(['<s>', '<unk>', '<|endoftext|>']);

/** Builds the definition. Throws ModelFormatError naming the key. */
export function readTokenizer(
  entries: GgufEntries,
  family: Pick<ModelFamily, 'controlsSwallowSpace'>,
): TokenizerDefinition {
  const model = requireString(entries, 'tokenizer.ggml.model');
  const kind = kinds.get(model);
  if (kind === undefined) {
    const known = [...kinds].map(([name, { what }]) => `"${name}" (${what})`).join(', ');
    const what = `Tokenizer "${model.slice(0, 80)}" is not supported (tokenizer.ggml.model; known: ${known}).`;
    throw unsupported('tokenizer.ggml.model', model, what);
  }
  refuseSuppressing(entries);
  const { make, inPieces, maySpaceBefore = false } = kind;
  const addsBos = kind.addsBos(entries);
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
  const namedEnds = added.filter((token) => endNames.has(token.content)).map((token) => token.id);
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
    spaceBefore: maySpaceBefore && entries.get('tokenizer.ggml.add_space_prefix') !== false,
    addBos: addsBos === 'always' || (entries.get('tokenizer.ggml.add_bos_token') ?? addsBos) === true,
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
