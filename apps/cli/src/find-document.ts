// Which stored document somebody meant by an id, the beginning of one, or a title.
import { InvalidInputError } from '@longread/core';
import { shown } from './shown.ts';

/** A document as far as choosing goes; one that cannot be read has no title. */
export interface Candidate {
  readonly id: string;
  readonly title?: string;
}

/** Fewer letters are rather a title than the beginning of an id. */
const leastPrefix = 4;

/**
 * An id before a title, a whole one before a beginning, the same letters before the same letters in another case.
 * @throws InvalidInputError when there is none, or several: then with the candidates
 */
export function findDocument<T extends Candidate>(documents: readonly T[], named: string): T {
  const rules: ((document: T) => boolean)[] = [
    ({ id }) => id === named,
    ({ title }) => title === named,
    ({ title }) => title?.toLowerCase() === named.toLowerCase(),
    ({ id }) => named.length >= leastPrefix && id.startsWith(named.toLowerCase()),
  ];
  for (const rule of rules) {
    const [found, ...others] = documents.filter(rule);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    const all = [found, ...others].map(({ id, title = 'cannot be read' }) => `  ${id}  ${shown(title)}`);
    throw new InvalidInputError(
      `${all.length} stored documents are called '${shown(named)}'. Name one of them by its id:\n${all.join('\n')}`,
      { named, found: all.length },
    );
  }
  const some = documents.length === 0 ? 'Nothing is stored' : 'npm run ask -- --list shows what is';
  throw new InvalidInputError(`No stored document has the id or the title '${shown(named)}'. ${some}.`, {
    named,
  });
}
