// What all stored records have in common: the shapes of their fields, checksums, and errors that say which record it was of which document.
// Shapes see one value at a time; what must agree with another value or record is checked beside the record's own shape.
import { IntegrityError, invariant } from '@longread/core';
import * as v from 'valibot';

/** What was read is not what was written. {@link inRecord} adds which record of which document it was. */
export class RecordShapeError extends Error {}

/** A record with the checksum of its content beside it. */
export type Checked<Content> = Content & { readonly checksum: string };

/** What was read of one chunk. */
export interface Verified<T> {
  readonly value: T;
  /** Of its arrays, or of its text as stored. */
  readonly bytes: number;
  /** Of each record: what those of the next chunk may have to name. */
  readonly checksums: readonly string[];
}

export const string = v.string('is not a string');

/** A zero whose sign is damaged equals zero and is not what was stored. */
const isUnsigned = (value: number): boolean => value > 0 || Object.is(value, 0);

const notCount = 'is not a non-negative integer';
export const count = v.pipe(v.number(notCount), v.safeInteger(notCount), v.check(isUnsigned, notCount));

const notAmount = 'is not a non-negative number';
/** Finite, and not negative. */
export const amount = v.pipe(v.number(notAmount), v.finite(notAmount), v.check(isUnsigned, notAmount));

export const oneOf = <const T extends readonly string[]>(choices: T) =>
  v.picklist(choices, `is not ${choices.join(' or ')}`);

/** Not longer than so many UTF-16 code units. */
export const textOf = (maxChars: number) =>
  v.pipe(v.string('is not a string'), v.maxLength(maxChars, `is not as short as ${maxChars} characters`));

/** A field that may be missing. */
export const optional = <S extends v.GenericSchema>(schema: S) => v.optional(schema);

export const listOf = <S extends v.GenericSchema>(item: S) => v.array(item, 'is not a list');

/** Fields that are not named are left out. A field that is not there is told by the object that lacks it. */
export const objectOf = <E extends v.ObjectEntries>(entries: E) =>
  v.object(entries, ({ path }) => (path === undefined ? 'is not an object' : 'is missing'));

/** A typed array of exactly this class. */
export const arrayOf = <A>(type: new (length: number) => A) => v.instance(type, `is not a ${type.name}`);

/** Throws RecordShapeError, which names the field under `name`, unless `record` has the shape. */
export function parseShape<S extends v.GenericSchema>(
  shape: S,
  record: unknown,
  name: string,
): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(shape, record, { abortEarly: true });
  if (success) return output;
  const [issue] = issues;
  const path = v.getDotPath(issue);
  throw new RecordShapeError(`${path === null ? name : `${name}.${path}`} ${issue.message}`);
}

/** Which document, and which record of it: the details of an error. */
export type Where = Readonly<Record<string, string | number>>;

/** Runs `parse`; a RecordShapeError of it becomes an IntegrityError about `what`. */
export async function inRecord<T>(what: string, where: Where, parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof RecordShapeError) throw damaged(what, where, error.message, error);
    throw error;
  }
}

/** The error for what cannot be used. */
export function damaged(what: string, where: Where, reason: string, cause?: Error): IntegrityError {
  const message = `${what} cannot be used: ${reason}. Delete the document and read its source again.`;
  return new IntegrityError(message, { ...where, reason }, cause && { cause });
}

/** The array in a buffer of its own: storing a view would store all that its buffer holds. */
export function whole<A extends ArrayBufferView & { slice(): A }>(array: A): A {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}

/** SHA-256, lower-case hex. */
async function hashBytes(bytes: ArrayBufferView<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await sha256(bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * No array is copied: SHA-256(prefix ++ header ++ SHA-256(array 0) ++ SHA-256(array 1) ++ ...); prefix = ASCII, header = little-endian u32
 * words.
 */
export async function hashArrays(
  header: readonly number[],
  arrays: readonly ArrayBufferView<ArrayBuffer>[],
  prefix = '',
): Promise<string> {
  invariant(isLittleEndian(), 'stored arrays are little-endian and this platform is not');
  const digests = await Promise.all(arrays.map(sha256));
  const start = prefix.length + 4 * header.length;
  const joined = new Uint8Array(start + 32 * digests.length);
  joined.set(new TextEncoder().encode(prefix));
  const words = new DataView(joined.buffer, prefix.length);
  header.forEach((word, i) => words.setUint32(4 * i, word, true));
  digests.forEach((part, i) => joined.set(new Uint8Array(part), start + 32 * i));
  return hashBytes(joined);
}

/** Of the canonical JSON in UTF-8. */
export function hashJson(value: object): Promise<string> {
  return hashBytes(new TextEncoder().encode(canonicalJson(value)));
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The one JSON text of plain data: keys sorted, no spaces. Throws on what JSON cannot hold at the top. */
export function canonicalJson(value: object): string {
  return JSON.stringify(sortKeys(JSON.parse(JSON.stringify(value)) as Json));
}

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(sortKeys);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys(value[name] ?? null)]));
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function sha256(bytes: ArrayBufferView<ArrayBuffer>): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', bytes);
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
}
