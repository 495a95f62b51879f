// Damaged folders of models in safetensors, tried as model files are (model-target.ts): with the hash that the caller expects, and without.
// Cut weights, and lies in a header or in the index, must not pass without it either, unless they change nothing.
import { createHash } from 'node:crypto';
import { tinyHub, withHeader, type HubFiles } from '@longread/formats/testing';
import { filesOfModel } from 'longread/model-files';
import { verifyModel } from 'longread/model-source';
import { flipBits, lieAt, noise, shift, swapBlocks, truncate } from './damage-bytes.ts';
import { damageValue } from './damage-values.ts';
import type { Dice } from './dice.ts';
import { contentOf, isRefused } from './model-content.ts';
import type { Target, Verdict } from './target.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface DamagedFolder {
  readonly what: string;
  readonly files: HubFiles;
  /** The parser alone must see it. */
  readonly isStructural: boolean;
}

interface Original {
  readonly files: HubFiles;
  readonly sha256: string;
  readonly content: string;
}

const lengthBytes = 8;
const isWeights = (name: string): boolean => name.endsWith('.safetensors');

/** A model in one file, and one in three with an index. */
export async function hubTarget(): Promise<Target> {
  const originals = await Promise.all(
    [
      tinyHub(5, { numLayers: 1, weightType: 'BF16', embeddingType: 'F16', normType: 'BF16' }),
      tinyHub(6, { numLayers: 1, weightType: 'F16', embeddingType: 'F32', tiedEmbeddings: false }, 3),
    ].map(originalOf),
  );
  return {
    name: 'hub',
    damage(dice) {
      const original = dice.pick(originals);
      const damaged = damageFolder(original.files, dice);
      return Promise.resolve({ what: damaged.what, attempt: () => attempt(original, damaged) });
    },
  };
}

const open = (files: HubFiles) =>
  filesOfModel(Object.entries(files).map(([name, bytes]) => new File([bytes], name)));

async function originalOf(files: HubFiles): Promise<Original> {
  const { whole, open: openModel } = await open(files);
  const sha256 = createHash('sha256')
    .update(new Uint8Array(await whole.arrayBuffer()))
    .digest('hex');
  return { files, sha256, content: await contentOf(await openModel()) };
}

function damageFolder(files: HubFiles, dice: Dice): DamagedFolder {
  const names = Object.keys(files);
  const name = dice.pick(names);
  const bytes = files[name] ?? new Uint8Array();
  const changed = (what: string, to: Bytes, isStructural: boolean): DamagedFolder => ({
    what: `${name}: ${what}`,
    files: { ...files, [name]: to },
    isStructural: isStructural || name.endsWith('.index.json'),
  });
  switch (dice.below(8)) {
    case 0:
      return { what: `${name} taken out`, files: omit(files, name), isStructural: isWeights(name) };
    case 1: {
      const other = dice.pick(names);
      const swapped = { ...files, [name]: files[other] ?? bytes, [other]: bytes };
      return { what: `${name} and ${other} swapped`, files: swapped, isStructural: true };
    }
    case 2: {
      const { what, bytes: cut } = truncate(bytes, dice);
      return changed(what, cut, isWeights(name));
    }
    case 3: {
      const { what, bytes: lied } = lieAt(bytes, dice, 0, 8);
      return changed(what, lied, true);
    }
    case 4:
    case 5: {
      const header = isWeights(name) ? headerOf(bytes) : bytes;
      const { what, value } = damageValue(JSON.parse(new TextDecoder().decode(header)), dice);
      const text = textOf(value);
      if (!isWeights(name)) return changed(what, new Uint8Array(Buffer.from(text)), false);
      return changed(what, withHeader(text, bytes.subarray(lengthBytes + header.length)), true);
    }
    default: {
      const end =
        isWeights(name) && dice.below(2) === 0 ? lengthBytes + headerOf(bytes).length : bytes.length;
      const flip = (original: Bytes) => flipBits(original, dice, 0, end);
      const { what, bytes: to } = dice.pick([flip, shift, swapBlocks, noise])(bytes, dice);
      return changed(what, to, false);
    }
  }
}

function omit(files: HubFiles, name: string): HubFiles {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
}

function headerOf(file: Bytes): Bytes {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return file.slice(lengthBytes, lengthBytes + length);
}

/** As JSON; what has none is null. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'null';
  }
}

async function attempt(original: Original, { files, isStructural }: DamagedFolder): Promise<Verdict> {
  let content = '';
  const work = async (): Promise<void> => {
    const { whole, open: openModel } = await open(files);
    const isOther = await isRefused(verifyModel(whole, { model: whole, sha256: original.sha256 }));
    content = await contentOf(await openModel());
    if (!isOther && content !== original.content)
      throw new Error('another model has the hash of the original');
  };
  if (await isRefused(work())) return 'refused';
  if (content === original.content) return 'unchanged';
  return isStructural ? 'acceptedWrongly' : 'refused';
}
