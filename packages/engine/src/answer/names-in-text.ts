// Whether a document has any name of a question: looked for in its passages first, then in all of its text.
import { IntegrityError, throwIfAborted } from '@longread/core';
import { createNameSearch } from '@longread/planner';
import type { DocumentText } from '../document-text.ts';

/**
 * Undefined where nothing can be said: of a question without names, and of a text that cannot be read whole, which the passages do not
 * need.
 * @throws AbortedError
 */
export async function namesInText(
  text: Pick<DocumentText, 'pieces'>,
  question: string,
  passages: readonly { readonly text: string }[],
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const search = createNameSearch(question);
  if (search === undefined) return undefined;
  /** Whether there is no need to read on. */
  const meets = (piece: string): boolean => {
    search.add(piece);
    return search.isFound;
  };
  if (meets(`${passages.map((passage) => passage.text).join('\n')}\n`)) return true;
  try {
    for await (const piece of text.pieces()) {
      throwIfAborted(signal, 'decode');
      if (meets(piece)) return true;
    }
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
  return search.end();
}
