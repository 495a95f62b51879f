// Damaged export files: imported and opened as the engine does it; what is refused must leave nothing behind.
import { InvalidInputError, LongreadError } from '@longread/core';
import {
  bytesOfStream,
  encodeManifestSection,
  memoryOrigin,
  openStore,
  splitContainer,
  streamOf,
} from '@longread/store/testing';
import { flipBits, lieAt, noise, shift, swapBlocks, truncate, type DamagedBytes } from './damage-bytes.ts';
import type { Dice } from './dice.ts';
import { documentId, otherId, readContent, storeDocuments, type DocumentContent } from './documents.ts';
import { lyingManifest } from './lies.ts';
import { judge, type Target, type Verdict } from './target.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const recordPrefixes = ['manifest/', 'chunk/', 'embeddings/', 'tokens/', 'text/', 'state/', 'import/'];

export async function fileTarget(): Promise<Target> {
  const store = openStore((await storeDocuments()).open());
  const file = await bytesOfStream(store.exportDocument(documentId));
  const other = await bytesOfStream(store.exportDocument(otherId));
  const content = await readContent(store, documentId);
  return {
    name: 'file',
    async damage(dice) {
      const { what, bytes } = await damageFile(file, other, dice);
      return { what, attempt: () => attempt(bytes, 1 + dice.below(4096), content) };
    },
  };
}

async function damageFile(file: Bytes, other: Bytes, dice: Dice): Promise<DamagedBytes> {
  const { header, sections } = splitContainer(file);
  const starts = sections.map((section) => section.byteOffset);
  switch (dice.below(10)) {
    case 0:
    case 1:
      return flipBits(file, dice);
    case 2:
      return flipBits(file, dice, 0, 600);
    case 3:
      return truncate(file, dice);
    case 4:
      return shift(file, dice);
    case 5:
      return swapBlocks(file, dice);
    case 6:
      return noise(file, dice);
    case 7:
      return lieAt(file, dice, dice.pick(starts) + dice.pick([0, 4, 8, 12, 16, 20]), 4);
    case 8:
      return swapSections(header, sections, splitContainer(other).sections, dice);
    default: {
      const text = new TextDecoder().decode(sections[0]?.subarray(12));
      const { what, record } = await lyingManifest(JSON.parse(text), dice);
      return { what, bytes: joined([header, encodeManifestSection(record), ...sections.slice(1)]) };
    }
  }
}

/** Two sections change places, or one comes from the other document's file, or is there twice, or is missing. */
function swapSections(
  header: Bytes,
  sections: readonly Bytes[],
  others: readonly Bytes[],
  dice: Dice,
): DamagedBytes {
  const changed: (readonly Bytes[])[] = sections.map((section) => [section]);
  const at = dice.below(sections.length);
  const to = dice.below(sections.length);
  const section = sections.slice(at, at + 1);
  const how = dice.pick(['swapped', 'taken', 'doubled', 'missing'] as const);
  if (how === 'swapped') {
    changed[at] = sections.slice(to, to + 1);
    changed[to] = section;
  } else if (how === 'taken') changed[at] = others.slice(at, at + 1);
  else changed[at] = how === 'doubled' ? [...section, ...section] : [];
  return { what: `section ${at} ${how} (${to})`, bytes: joined([header, ...changed.flat()]) };
}

function joined(parts: readonly Bytes[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function attempt(bytes: Bytes, pieceBytes: number, content: DocumentContent): Promise<Verdict> {
  const tab = memoryOrigin().open();
  const store = openStore(tab);
  try {
    await store.importDocument(streamOf(bytes, pieceBytes));
  } catch (error) {
    if (!(error instanceof LongreadError)) throw error;
    const left = await Promise.all(recordPrefixes.map((prefix) => tab.records.entries(prefix)));
    if (left.flat().length > 0)
      throw new Error(`a refused import left ${left.flat().length} records`, { cause: error });
    return 'refused';
  }
  const [manifest] = await store.list();
  return judge([
    {
      read: () => {
        if (manifest === undefined) throw new InvalidInputError('the import gave no document');
        return readContent(store, manifest.id);
      },
      expected: content,
    },
  ]);
}
