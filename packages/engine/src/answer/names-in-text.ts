// Whether a document has any name of a question: looked for in its passages first, then in all of its text.
import { IntegrityError, throwIfAborted } from '@longread/core';
import { createNameSearch } from '@longread/planner';
import type { DocumentText } from '../document-text.ts';

/** Characters read at once. */
const sliceChars = 65_536;

/**
 * Undefined where nothing can be said: of a question without names, and of a text that cannot be read whole, which the passages do not
 * need.
 * @throws AbortedError
 */
export async function namesInText(
  { numChars, text }: { readonly numChars: number; readonly text: Pick<DocumentText, 'slice'> },
  question: string,
  passages: readonly { readonly text: string }[],
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const search = createNameSearch(question);
  if (search === undefined) return undefined;
  search.add(`${passages.map((passage) => passage.text).join('\n')}\n`);
  try {
    for (let start = 0; start < numChars && !search.isFound; start += sliceChars) {
      search.add(await text.slice({ start, end: Math.min(numChars, start + sliceChars) }));
      throwIfAborted(signal, 'decode');
    }
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
  return search.end();
}
