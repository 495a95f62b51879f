// Small text files of a hub repository: read whole, as JSON or as text, with typed, range-checked access to keys. Every failure is a
// ModelFormatError that names the file and the key.
import { ModelFormatError } from '@longread/core';
import { readExactly, type ByteSource } from '../byte-source.ts';
import type { Range } from '../gguf-keys.ts';
import { describeHead, modelHeadBytes } from '../model-head.ts';
import { decodeUtf8 } from '../utf8.ts';

/** A file that somebody chose or that lay beside the one they named. */
export interface NamedSource {
  readonly name: string;
  readonly source: ByteSource;
}

/** An object of JSON, with the name that messages give it: a file's, or a file's and a key's. */
export interface JsonObject {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Of the largest vocabularies (260,000 tokens with their merges) the file takes half of this. */
const maxTextBytes = 1 << 26;

/** The text of a whole file. Throws ModelFormatError when it is too large, or no UTF-8. */
export async function readText({ name, source }: NamedSource, maxBytes = maxTextBytes): Promise<string> {
  if (source.size > maxBytes)
    throw new ModelFormatError(
      `${name} has ${source.size} bytes, the limit is ${maxBytes}: it is another file than its name says. Fetch it again.`,
      { name, sizeBytes: source.size, limit: maxBytes },
    );
  const bytes = await readExactly(source, 0, source.size, name);
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text !== undefined) return text;
  throw new ModelFormatError(`${name} is no text in UTF-8: it is damaged. Fetch it again.`, { name });
}

/** The object that a file holds. Throws ModelFormatError, which says what came instead. */
export async function readJson(file: NamedSource): Promise<JsonObject> {
  const { name } = file;
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (/^\s*\{/.test(text))
      throw new ModelFormatError(
        `The JSON of ${name} does not parse: it is damaged. Fetch it again.`,
        { name },
        { cause },
      );
    const head = await readExactly(file.source, 0, Math.min(modelHeadBytes, file.source.size), name);
    throw new ModelFormatError(`${name} is not JSON: ${describeHead(head)}.`, { name }, { cause });
  }
  return { name, values: asObject(value, name) };
}

export function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new ModelFormatError(`${what} is ${show(value)}: expected an object.`, { key: what });
}

/** The value of a key; undefined where it is null, which hub files write for what is not set. */
export function valueOf({ values }: JsonObject, key: string): unknown {
  return Object.hasOwn(values, key) ? (values[key] ?? undefined) : undefined;
}

/** The object of a key; undefined where there is none. */
export function objectOf(json: JsonObject, key: string): JsonObject | undefined {
  const value = valueOf(json, key);
  const name = `${json.name}: ${key}`;
  return value === undefined ? undefined : { name, values: asObject(value, name) };
}

export function optionalNumber(json: JsonObject, key: string, range: Range): number | undefined {
  const value = valueOf(json, key);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= range.min && value <= range.max) return value;
  throw wrongValue(json, key, `a number from ${range.min} to ${range.max}`);
}

export function optionalInteger(json: JsonObject, key: string, range: Range): number | undefined {
  const number = optionalNumber(json, key, range);
  if (number === undefined || Number.isInteger(number)) return number;
  throw wrongValue(json, key, 'an integer');
}

export function requireNumber(json: JsonObject, key: string, range: Range): number {
  const number = optionalNumber(json, key, range);
  if (number !== undefined) return number;
  throw wrongValue(json, key, `a number from ${range.min} to ${range.max}`);
}

export function requireInteger(json: JsonObject, key: string, range: Range): number {
  const number = optionalInteger(json, key, range);
  if (number !== undefined) return number;
  throw wrongValue(json, key, `an integer from ${range.min} to ${range.max}`);
}

export function optionalString(json: JsonObject, key: string): string | undefined {
  const value = valueOf(json, key);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongValue(json, key, 'a string');
}

/** The error about a key whose value is none of what is `expected`. */
export function wrongValue(json: JsonObject, key: string, expected: string): ModelFormatError {
  const value = valueOf(json, key);
  const is = value === undefined ? 'missing' : show(value);
  return new ModelFormatError(`Key "${key}" of ${json.name} is ${is}: expected ${expected}.`, {
    file: json.name,
    key,
    value: is,
  });
}

/** A value in a message. */
export const show = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
