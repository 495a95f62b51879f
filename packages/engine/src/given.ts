// What callers of the engine give, checked.
import { InvalidInputError } from '@longread/core';
import type { DocumentSize, ModelSource } from './api.ts';

/** Callers may come from untyped code, where anything arrives here. @throws InvalidInputError */
export function checkedIds(ids: unknown): readonly string[] | undefined {
  if (ids === undefined) return undefined;
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids;
  throw new InvalidInputError('The documents to ask together are no list of ids. Give one, or none for all.');
}

/** What a source is called where nobody says. */
export function titleOf(source: unknown): string {
  return source instanceof File ? source.name : 'Untitled';
}

/** @throws InvalidInputError for what is neither a model nor a size */
export function isSize(of: ModelSource | DocumentSize): of is DocumentSize {
  if (typeof of === 'string') return false;
  // Callers may come from untyped code, where anything arrives here.
  if (typeof of !== 'object' || (of as unknown) === null)
    throw new InvalidInputError(
      'A plan is of a model, named as for `createEngine`, or of a document: { tokens } or { characters }.',
    );
  return 'tokens' in of || 'characters' in of;
}
