// What a command leaves behind when it is interrupted, by what it was doing.
import type { Progress } from 'longread';

/** @param last what was reported last; undefined before anything was. */
export function keptAfter(last: Progress | undefined): string {
  switch (last?.phase) {
    case 'compress':
      return (
        `${last.done.toLocaleString('en-US')} of ${last.total.toLocaleString('en-US')} tokens are read; ` +
        'what is whole of them is kept, and the same command goes on there.'
      );
    case 'gather':
    case 'recompute':
    case 'decode':
      return 'The document is read and kept: the same command does not read it again.';
    case 'import':
      return 'Nothing is kept of an import that did not end.';
    default:
      return 'Nothing was read yet; what earlier commands read is kept.';
  }
}
