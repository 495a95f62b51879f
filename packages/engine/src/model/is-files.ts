// Apart from what reads files, so that a page which only hands them to a worker does not load that.
import type { ModelSource } from '../api.ts';

/** A file or files, and not an address. */
export function isFiles(model: ModelSource): model is Blob | readonly Blob[] {
  return model instanceof Blob || Array.isArray(model);
}

/**
 * Without what lies in subfolders of a folder that was chosen, as other forms of the model do. Said here, since a message to a worker
 * leaves out where a file lay.
 */
export function ofOneFolder(model: Blob | readonly Blob[]): Blob | readonly Blob[] {
  if (model instanceof Blob) return model;
  // Node's files have no such path.
  const depthOf = (file: Blob): number =>
    file instanceof File && 'webkitRelativePath' in file ? file.webkitRelativePath.split('/').length : 1;
  const least = Math.min(...model.map(depthOf));
  return model.filter((file) => depthOf(file) === least);
}
