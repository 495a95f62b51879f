// GGUF files that are beside a model: told apart before anything else is asked of them, since most keys are not in them.
import { optionalString, type GgufEntries } from './gguf-keys.ts';
import { unsupported } from './unsupported.ts';

/** Refuses adapters. Throws ModelFormatError naming the key. */
export function refusePart(entries: GgufEntries): void {
  const type = optionalString(entries, 'general.type') ?? 'model';
  if (type === 'model') return;
  const what = `This file is of type "${type.slice(0, 80)}" (general.type), not a model.`;
  throw unsupported('general.type', type, what, 'Choose the file of a whole model.');
}
