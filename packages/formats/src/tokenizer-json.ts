// A hub tokenizer.json -> TokenizerJson, alone or on top of what the model file says. Takes byte-level BPE, and BPE of pieces with bytes
// as a fallback (sentence-pieces.ts); every other kind of step is refused by name, for it would move offsets or give other ids.
import { ModelFormatError } from '@longread/core';
import { addedToken, buildTokenizerJson } from './build-tokenizer-json.ts';
import { gpt2Pattern, singleDigitPattern } from './pre-tokenizers.ts';
import { escapedSpace, isByteName, mergedPiecesJson } from './sentence-pieces.ts';
import type { AddedToken, TokenizerDefinition, TokenizerJson } from './tokenizer-definition.ts';

type Json = Readonly<Record<string, unknown>>;

const origin = 'tokenizer.json';

/**
 * Replaces vocabulary, merges, added tokens and pre-tokenizer of `base` with those of a tokenizer.json; ids, chat template
 * and vocabulary size stay, and what shows of the added tokens: marks of thoughts do in files, which no tokenizer.json says. Throws ModelFormatError for text that is not such a file or does not fit the model.
 */
export function tokenizerFromJson(json: string, base: TokenizerDefinition): TokenizerDefinition {
  const { json: read, ids } = readTokenizerJson(json, base.vocabSize);
  if (![...ids.values()].includes(base.eosId))
    throw fail(`there is no token with the model's end id ${base.eosId}`);
  const shown = new Set(base.json.added_tokens.flatMap(({ special, content }) => (special ? [] : [content])));
  const added_tokens = read.added_tokens.map((token) =>
    shown.has(token.content) ? { ...token, special: false } : token,
  );
  // No normalizer that is read puts a space before a text.
  return { ...base, spaceBefore: false, json: { ...read, added_tokens } };
}

/** What a tokenizer.json holds. */
interface ReadTokenizerJson {
  readonly json: TokenizerJson;
  /** Every token's id, added ones among them. */
  readonly ids: ReadonlyMap<string, number>;
  /** Texts are encoded with this token before them; null for none. */
  readonly firstToken: string | null;
}

/** Throws ModelFormatError for text that is not such a file, or has ids that `vocabSize` rows of an embedding do not. */
export function readTokenizerJson(text: string, vocabSize: number): ReadTokenizerJson {
  const root = asObject(parse(text), 'the file');
  const model = asObject(root.model, 'model');
  if (model.type !== undefined && model.type !== 'BPE')
    throw fail(`model.type ${show(model.type)} is not BPE`);
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout']) {
    if (isSet(model[key])) throw fail(`model.${key} is not supported`);
  }
  const addedTokens = asArray(root.added_tokens ?? [], 'added_tokens')
    .map(readAddedToken)
    // Gemma's text models share a tokenizer with those that see, whose tokens have no row.
    .filter(({ id, special }) => !special || id < vocabSize);
  const tokens = Object.entries(asObject(model.vocab, 'model.vocab')).map(
    ([token, id]) => [token, asId(id)] as const,
  );
  const ids = new Map([...tokens, ...addedTokens.map(({ content, id }) => [content, id] as const)]);
  for (const id of ids.values())
    if (id >= vocabSize) throw fail(`token id ${id} is outside the model's vocabulary of ${vocabSize}`);
  const parts = { origin, tokens, addedTokens, merges: asArray(model.merges, 'model.merges').map(readMerge) };
  const isPieces = isSet(model.byte_fallback);
  const json = isPieces ? readPieces(root, model, parts) : readByteLevel(root, model, parts);
  return { json, ids, firstToken: firstTokenOf(root.post_processor) };
}

type Parts = Parameters<typeof mergedPiecesJson>[0];

function readByteLevel(root: Json, model: Json, parts: Parts): TokenizerJson {
  // Composing characters (NFC) is left out, as it is for GGUF, whose files do not tell.
  const other = normalizersOf(root.normalizer).find(({ type }) => type !== 'NFC');
  if (other !== undefined) throw fail(`the normalizer ${show(other)} is not supported`);
  const patterns = asArray(steps(root.pre_tokenizer), 'pre_tokenizer').flatMap(readStep);
  checkParting(patterns);
  return buildTokenizerJson({ ...parts, patterns, ignoreMerges: model.ignore_merges === true });
}

/** As Gemma's: spaces become what stands for them, and nothing is put before a text. */
function readPieces(root: Json, model: Json, parts: Parts): TokenizerJson {
  if (isSet(model.ignore_merges)) throw fail('model.ignore_merges is not supported with byte_fallback');
  const [normalizer = {}, another] = normalizersOf(root.normalizer);
  const escapes = normalizer.type === 'Replace' && normalizer.content === escapedSpace;
  const from = escapes ? asObject(normalizer.pattern, 'the pattern of the normalizer').String : undefined;
  if (from !== ' ' || another !== undefined)
    throw fail(
      `the normalizer ${show(root.normalizer)} is not supported with byte_fallback, only spaces as ${escapedSpace}`,
    );
  const step = root.pre_tokenizer ?? undefined;
  if (step !== undefined && !splitsAtSpaces(asObject(step, 'pre_tokenizer')))
    throw fail(`the pre-tokenizer ${show(step)} is not supported with byte_fallback`);
  // Files name every pair that makes a token. As for GGUF, only pieces are joined, and only to pieces: runs of whitespace are taken whole
  // before, and no text is to become a control token or a byte.
  const added = new Set(parts.addedTokens.map(({ content }) => content));
  const isPiece = (token: string): boolean => !added.has(token) && !isByteName(token);
  const merges = parts.merges.filter((merge) => [...merge.split(' '), merge.replace(' ', '')].every(isPiece));
  return mergedPiecesJson({ ...parts, merges });
}

function normalizersOf(value: unknown): readonly Json[] {
  if (value === null || value === undefined) return [];
  const normalizer = asObject(value, 'normalizer');
  return normalizer.type === 'Sequence'
    ? asArray(normalizer.normalizers, 'normalizer').flatMap(normalizersOf)
    : [normalizer];
}

/** Of which there are none any more. */
const splitsAtSpaces = ({ type, pattern, invert }: Json): boolean =>
  type === 'Split' && invert !== true && asObject(pattern, 'a split pattern').String === ' ';

/** The special token that a template of the post-processor begins with; null for none. */
function firstTokenOf(processor: unknown): string | null {
  if (processor === null || processor === undefined) return null;
  const step = asObject(processor, 'post_processor');
  if (step.type === 'Sequence')
    return (
      asArray(step.processors, 'post_processor')
        .map(firstTokenOf)
        .find((token) => token !== null) ?? null
    );
  if (step.type !== 'TemplateProcessing') return null;
  const [first] = asArray(step.single, 'the template of the post-processor');
  const token = asObject(first, 'the template of the post-processor').SpecialToken;
  const id = token === undefined ? undefined : asObject(token, 'a special token').id;
  return typeof id === 'string' ? id : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new ModelFormatError(`${origin} is not JSON.`, { origin }, { cause });
  }
}

function readAddedToken(value: unknown): AddedToken {
  const token = asObject(value, 'an added token');
  const content = token.content;
  if (typeof content !== 'string' || content === '') throw fail('an added token has no content');
  return addedToken(
    asId(token.id),
    content,
    token.special === true,
    token.lstrip === true,
    token.rstrip === true,
  );
}

/** Merges come as "left right" or, in newer files, as pairs. */
function readMerge(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length === 2) return value.map(String).join(' ');
  throw fail(`a merge is ${show(value)}`);
}

function steps(preTokenizer: unknown): unknown {
  const step = asObject(preTokenizer, 'pre_tokenizer');
  return step.type === 'Sequence' ? step.pretokenizers : [step];
}

/** Pre-tokenizing steps as split patterns; the byte-level mapping itself is always the last step. */
function readStep(value: unknown, index: number, all: readonly unknown[]): string[] {
  const step = asObject(value, 'a pre-tokenizer');
  const type = step.type;
  if (type === 'ByteLevel' && index === all.length - 1 && step.add_prefix_space !== true) {
    return step.use_regex === false ? [] : [gpt2Pattern];
  }
  if (type === 'Digits' && step.individual_digits === true) return [singleDigitPattern];
  if (type === 'Split' && step.behavior === 'Isolated' && step.invert !== true) {
    const regex = asObject(step.pattern, 'a split pattern').Regex;
    if (typeof regex === 'string') return [regex];
  }
  throw fail(`pre-tokenizer ${show(type)} is not supported in this place or with these settings`);
}

/** Documents are cut before whitespace that follows a letter or digit; a pattern that looks back could see the cut. */
function checkParting(patterns: readonly string[]): void {
  if (patterns.length === 0) throw fail('there is no splitting pre-tokenizer');
  const known = [gpt2Pattern, singleDigitPattern];
  if (patterns.some((pattern) => !known.includes(pattern) && pattern.includes('(?<'))) {
    throw fail('a pre-tokenizer that looks back is not supported');
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fail(`${what} is not an object`);
  return value as Json;
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw fail(`${what} is not an array`);
  return value;
}

function asId(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw fail(`a token id is ${show(value)}`);
  return value;
}

const show = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);

function fail(what: string): ModelFormatError {
  return new ModelFormatError(`${origin}: ${what}.`, { origin });
}
