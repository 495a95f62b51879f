// The tokenizer of a hub repository: tokenizer.json, with what tokenizer_config.json, generation_config.json and config.json say of the
// ends of texts, and the chat template.
import { ModelFormatError } from '@longread/core';
import { endNames } from '../gguf-tokenizer.ts';
import type { TokenizerDefinition } from '../tokenizer-definition.ts';
import { readTokenizerJson } from '../tokenizer-json.ts';
import { asObject, show, valueOf, wrongValue, type JsonObject } from './json-file.ts';

/** What the files say that were there. */
export interface TokenizerFiles {
  readonly config: JsonObject;
  /** The text of tokenizer.json. */
  readonly tokenizer: string;
  readonly tokenizerConfig: JsonObject | undefined;
  readonly generationConfig: JsonObject | undefined;
  /** The text of chat_template.jinja, which counts before a template in tokenizer_config.json. */
  readonly chatTemplate: string | undefined;
}

/** Builds the definition. Throws ModelFormatError naming file and key. */
export function readTokenizer(files: TokenizerFiles, vocabSize: number): TokenizerDefinition {
  const { config, tokenizerConfig, generationConfig, chatTemplate } = files;
  const { json, ids, firstToken } = readTokenizerJson(files.tokenizer, vocabSize);
  const nameOf = new Map([...ids].map(([token, id]) => [id, token]));
  const idOf = (token: string, key: string): number => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    throw new ModelFormatError(
      `The ${key} ${show(token)} of tokenizer_config.json is no token of tokenizer.json: the files are of different models.`,
      { key, token: token.slice(0, 80) },
    );
  };
  const configured = idsIn(config, 'eos_token_id', vocabSize);
  const eos = tokenIn(tokenizerConfig, 'eos_token');
  const eosId = eos === undefined ? configured[0] : idOf(eos, 'eos_token');
  if (eosId === undefined)
    throw new ModelFormatError(
      `Neither "eos_token" of tokenizer_config.json nor "eos_token_id" of ${config.name} says what ends a text: an answer would never end.`,
      { key: 'eos_token' },
    );
  const bos = tokenIn(tokenizerConfig, 'bos_token');
  const bosId =
    bos === undefined ? (idsIn(config, 'bos_token_id', vocabSize)[0] ?? null) : idOf(bos, 'bos_token');
  const named = json.added_tokens.filter(({ content }) => endNames.has(content));
  const generated = generationConfig === undefined ? [] : idsIn(generationConfig, 'eos_token_id', vocabSize);
  const ends = [eosId, ...generated, ...configured, ...named.map(({ id }) => id)];
  const bosToken = bosId === null ? null : (bos ?? nameOf.get(bosId) ?? null);
  return {
    json,
    config: {
      tokenizer_class: 'PreTrainedTokenizer',
      bos_token: bosToken,
      eos_token: eos ?? nameOf.get(eosId) ?? '',
      clean_up_tokenization_spaces: false,
      chat_template: chatTemplate ?? templateIn(tokenizerConfig),
    },
    vocabSize,
    bosId,
    eosId,
    spaceBefore: false, // readTokenizerJson refuses what would put one there
    addBos: bosToken !== null && firstToken === bosToken,
    endOfTurnIds: [...new Set(ends)],
  };
}

/** One id or several; none where the key is absent. */
function idsIn(json: JsonObject, key: string, vocabSize: number): readonly number[] {
  const value = valueOf(json, key);
  const all: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const isId = (id: unknown): id is number =>
    Number.isInteger(id) && Number(id) >= 0 && Number(id) < vocabSize;
  if (all.every(isId)) return all;
  throw wrongValue(json, key, `token ids below ${vocabSize}`);
}

/** A token as its text, or as an object that has it. */
function tokenIn(json: JsonObject | undefined, key: string): string | undefined {
  const value = json && valueOf(json, key);
  if (json === undefined || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  const { content } = asObject(value, `${json.name}: ${key}`);
  if (typeof content === 'string') return content;
  throw wrongValue(json, key, 'a token');
}

/** A template, or the one of several that is named "default". */
function templateIn(json: JsonObject | undefined): string | null {
  const value = json && valueOf(json, 'chat_template');
  if (json === undefined || value === undefined) return null;
  if (typeof value === 'string') return value;
  const named = Array.isArray(value)
    ? value.map((each) => asObject(each, `${json.name}: chat_template`))
    : [];
  const template = named.find(({ name }) => name === 'default')?.template;
  if (typeof template === 'string') return template;
  throw wrongValue(json, 'chat_template', 'a template, or several of which one is named "default"');
}
