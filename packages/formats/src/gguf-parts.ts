// GGUF files that are a part of a model, or beside one: told apart before anything else is asked of them, since most keys are not
// in them.
import { optionalInteger, optionalString, type GgufEntries } from './gguf-keys.ts';
import { unsupported } from './unsupported.ts';

const anyCount = { min: 0, max: 2 ** 31 - 1 };

/** Refuses shards and adapters. Throws ModelFormatError naming the key. */
export function refusePart(entries: GgufEntries): void {
  refuseShard(entries);
  const type = optionalString(entries, 'general.type') ?? 'model';
  if (type === 'model') return;
  const what = `This file is of type "${type.slice(0, 80)}" (general.type), not a model.`;
  throw unsupported('general.type', type, what, 'Choose the file of a whole model.');
}

/** Keys of gguf-split: `split.no` counts from 0, file names from 1. */
function refuseShard(entries: GgufEntries): void {
  const count = optionalInteger(entries, 'split.count', anyCount) ?? 0;
  if (count <= 1) return;
  const index = optionalInteger(entries, 'split.no', anyCount);
  const which = index === undefined ? `one of the ${count} shards` : `shard ${index + 1} of ${count}`;
  const name = `-00001-of-${String(count).padStart(5, '0')}.gguf`;
  throw unsupported(
    'split.count',
    count,
    `This file is ${which} of a model, and a model in one file is needed for now.`,
    'Choose one that is not split, or put all shards in one folder and merge them with llama.cpp: ' +
      `llama-gguf-split --merge NAME${name} MERGED.gguf`,
  );
}
