// Refusals of files that are whole and of a kind that does not run: each says what the file is and what to choose instead.
import { ModelFormatError } from '@longread/core';

/** A model that is known to run, for those whose own does not. */
const worksInstead = 'SmolLM2 Instruct (135M, 360M or 1.7B) as GGUF works.';

/** The error about a metadata key whose value is of another kind of model. `what` is a whole sentence. */
export function unsupported(
  key: string,
  value: unknown,
  what: string,
  remedy = worksInstead,
): ModelFormatError {
  return new ModelFormatError(`${what} ${remedy}`, { key, value: String(value).slice(0, 80) });
}
