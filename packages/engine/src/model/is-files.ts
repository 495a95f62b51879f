// Apart from what reads files, so that a page which only hands them to a worker does not load that.
import type { ModelSource } from '../api.ts';

/** A file or files, and not an address. */
export function isFiles(model: ModelSource): model is Blob | readonly Blob[] {
  return model instanceof Blob || Array.isArray(model);
}
