// Damaged model files. GGUF has no checksum: a flipped weight makes another model, which only the file's hash tells. So each is
// tried twice: with the hash that the caller expects, when it must be refused, and without, when it must be refused or be a
// whole model; cut files and lies about counts, lengths and places must not pass then either, unless they change nothing.
import { createHash } from 'node:crypto';
import { openGguf } from '@longread/formats';
import { splitGguf, tinyLlama, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { byteSourceOf, verifyModel } from 'longread/model-source';
import { flipBits, lieAt, noise, shift, swapBlocks, truncate, type DamagedBytes } from './damage-bytes.ts';
import type { Dice } from './dice.ts';
import { ggufFields, type GgufField } from './gguf-fields.ts';
import { contentOf, isRefused } from './model-content.ts';
import type { Target, Verdict } from './target.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface DamagedModel extends DamagedBytes {
  /** The parser alone must see it. */
  readonly isStructural: boolean;
}

interface Original {
  readonly bytes: Bytes;
  readonly sha256: string;
  readonly fields: readonly GgufField[];
  readonly headerBytes: number;
  readonly content: string;
}

const contentIn = async (bytes: Bytes): Promise<string> =>
  contentOf(await openGguf(byteSourceOf(new Blob([bytes]))));

/** A model of a type with a scale and a minimum, and one of types with less, in three parts. */
export async function modelTarget(): Promise<Target> {
  const whole = (seed: number): Bytes =>
    tinyLlama(seed, { numLayers: 1, weightType: 'Q4_1', embeddingType: 'Q8_0' });
  const inParts = (seed: number): Bytes => {
    const source = tinyLlamaSource(seed, { numLayers: 1, weightType: 'IQ4_NL', embeddingType: 'Q5_0' });
    const parts = splitGguf(source, [4, 3, source.tensors.length - 7]).map((part) => writeGguf(part));
    return new Uint8Array(Buffer.concat(parts));
  };
  const originals = await Promise.all(
    [whole, inParts].map(async (make) => ({ original: await originalOf(make(3)), another: make(4) })),
  );
  return {
    name: 'model',
    damage(dice) {
      const { original, another } = dice.pick(originals);
      const damaged = damageModel(original, another, dice);
      return Promise.resolve({ what: damaged.what, attempt: () => attempt(original, damaged) });
    },
  };
}

async function originalOf(bytes: Bytes): Promise<Original> {
  const fields = ggufFields(bytes);
  return {
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    fields,
    headerBytes: fields.at(-1)?.offset ?? 0,
    content: await contentIn(bytes),
  };
}

function damageModel({ bytes, fields, headerBytes }: Original, another: Bytes, dice: Dice): DamagedModel {
  switch (dice.below(8)) {
    case 0:
      return { ...flipBits(bytes, dice), isStructural: false };
    case 1:
      return { ...flipBits(bytes, dice, 0, headerBytes), isStructural: false };
    case 2:
      return { ...truncate(bytes, dice), isStructural: true };
    case 3:
    case 4: {
      const { what, offset, width } = dice.pick(fields);
      const lie = lieAt(bytes, dice, offset, width);
      return { bytes: lie.bytes, what: `${what}, ${lie.what}`, isStructural: true };
    }
    case 5:
      return { ...shift(bytes, dice), isStructural: false };
    case 6:
      return { ...swapBlocks(bytes, dice), isStructural: false };
    default:
      if (dice.below(4) > 0) return { ...noise(bytes, dice), isStructural: true };
      return { what: 'another model', bytes: another, isStructural: false };
  }
}

async function attempt(original: Original, { bytes, isStructural }: DamagedModel): Promise<Verdict> {
  const isSame = Buffer.compare(bytes, original.bytes) === 0;
  const model = new Blob([bytes]);
  if (!isSame && !(await isRefused(verifyModel(model, { model, sha256: original.sha256 }))))
    return 'acceptedWrongly';
  let content = '';
  if (await isRefused(contentIn(bytes).then((read) => (content = read)))) return 'refused';
  if (content === original.content) return 'unchanged';
  return isStructural ? 'acceptedWrongly' : 'refused';
}
