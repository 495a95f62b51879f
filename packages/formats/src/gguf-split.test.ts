// Models in several files: read as the one file they were, in whatever order they come; what is not all of one model is named.
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { orderParts, partAddresses } from './gguf-split.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { firstDifference } from './testing/first-difference.ts';
import { readTensor } from './testing/read-tensor.ts';
import { tinyLlamaSource } from './testing/tiny-llama.ts';
import { splitGguf, writeGguf, type GgufSource } from './testing/write-gguf.ts';

const whole = tinyLlamaSource(1, { numLayers: 2, weightType: 'Q4_0', embeddingType: 'Q8_0' });
const numTensors = whole.tensors.length;
const split = (...sizes: number[]): Uint8Array[] => splitGguf(whole, sizes).map((part) => writeGguf(part));
const inThree = split(7, 1, numTensors - 8);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  return bytes;
}

const open = (...parts: readonly Uint8Array[]) => openGguf(bytesSource(joined(parts)));
const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = inThree;

describe('a model in parts, one behind the other', () => {
  it.each([
    ['three', inThree],
    ['two, the first without tensors', split(0, numTensors)],
    ['as many as tensors', split(...whole.tensors.map(() => 1))],
    // Not all writers put zeros behind the last tensor: of two rows of Q4_0 there are 28 to the alignment.
    ['three, without padding', splitGguf(whole, [7, 1, numTensors - 8]).map((part) => withoutPadding(part))],
  ])('(%s) is the one file that it was', async (_, parts) => {
    const [got, want] = [await open(...parts), await open(writeGguf(whole))];
    expect(got.config).toEqual(want.config);
    expect(got.tensors).toEqual(want.tensors);
    for (const [i, tensor] of got.tensors.entries()) {
      const same = want.tensors[i] ?? tensor;
      expect(firstDifference(await readTensor(got, tensor), await readTensor(want, same))).toBeNull();
    }
  });

  it.each<[string, readonly Uint8Array[], string]>([
    ['the first alone', [first], 'Of 3 files of this model 1 is here'],
    ['the first two', [first, second], 'Of 3 files of this model 2 are here'],
    ['the last alone', [third], 'This file is part 3 of 3 of a model, and not the first one'],
    ['another order', [first, third, second], 'Behind part 1 of 3 of a model comes part 3 of 3'],
    ['one twice', [first, second, second], 'Behind part 2 of 3 of a model comes part 2 of 3'],
    [
      'a whole model behind it',
      [first, writeGguf(whole)],
      'Behind part 1 of 3 of a model comes a whole model',
    ],
    ['one of two parts', [first, ...split(3, numTensors - 3).slice(1)], 'comes part 2 of 2 of a model'],
    ['a cut first part', [first.slice(0, -640), second, third], 'no other file begins there'],
  ])('is refused with %s', async (_, parts, said) => {
    const refused = open(...parts);
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.toThrow(/-00001-of-0000[23]\.gguf to -0000([23])-of-0000\1\.gguf/);
    await expect(refused).rejects.toMatchObject({ code: 'ModelFormat', details: { key: 'split.count' } });
  });

  it('is refused when its last part is cut, by the name of a tensor', async () => {
    await expect(open(first, second, third.slice(0, -100))).rejects.toThrow(
      /^Tensor "output_norm\.weight" takes/,
    );
  });

  it('is refused with the parts of another model of as many parts', async () => {
    const other = tinyLlamaSource(1, { numLayers: 3, weightType: 'Q4_0', embeddingType: 'Q8_0' });
    const parts = splitGguf(other, [7, 1, other.tensors.length - 8]).map((part) => writeGguf(part));
    await expect(open(first, second, ...parts.slice(2))).rejects.toThrow('so they are not of one model');
  });

  it('of a number that no model has is refused before anything is looked for', async () => {
    const many = { ...whole, metadata: { ...whole.metadata, 'split.count': 2_000_000_000, 'split.no': 0 } };
    await expect(open(writeGguf(many))).rejects.toThrow('"split.count"');
  });
});

function withoutPadding(part: GgufSource): Uint8Array {
  const last = part.tensors.at(-1)?.data.length ?? 0;
  const bytes = writeGguf(part);
  return bytes.slice(0, bytes.length - ((32 - (last % 32)) % 32));
}

describe('orderParts', () => {
  const named = (...files: readonly (readonly [string, Uint8Array])[]) =>
    orderParts(files.map(([name, bytes]) => ({ name, source: bytesSource(bytes) })));

  it('finds the order by what is in the files', async () => {
    await expect(named(['c', third], ['a', first], ['b', second])).resolves.toEqual([1, 2, 0]);
  });

  it.each<[string, readonly (readonly [string, Uint8Array])[], string]>([
    [
      'one missing',
      [
        ['c', third],
        ['a', first],
      ],
      '1 is missing, -00002-of-00003.gguf',
    ],
    [
      'one twice',
      [
        ['a', first],
        ['b', second],
        ['again', second],
      ],
      'b and again are both part 2 of 3',
    ],
    [
      'a whole model',
      [
        ['a', first],
        ['tiny', writeGguf(whole)],
      ],
      'tiny is a whole model. Choose it alone',
    ],
    [
      'another count',
      [
        ['a', first],
        ['z', split(3, numTensors - 3)[1] ?? first],
      ],
      'a and z are parts of different models',
    ],
    [
      'other names',
      [
        ['x-00001-of-00003.gguf', first],
        ['y-00002-of-00003.gguf', second],
      ],
      'x-00001-of-00003.gguf and y-00002-of-00003.gguf are parts of different models',
    ],
  ])('refuses %s', async (_, files, said) => {
    await expect(named(...files)).rejects.toThrow(said);
    await expect(named(...files)).rejects.toMatchObject({ code: 'ModelFormat' });
  });
});

describe('partAddresses', () => {
  it.each([
    [
      'https://a.example/m-00002-of-00003.gguf?download=true',
      3,
      'https://a.example/m-00001-of-00003.gguf?download=true',
    ],
    ['C:\\m-Q4_K_M-00001-of-00012.GGUF', 12, 'C:\\m-Q4_K_M-00001-of-00012.GGUF'],
    ['/m-00001-of-00001.gguf', 1, '/m-00001-of-00001.gguf'],
    ['/m.gguf', 1, '/m.gguf'],
    ['/m-00001-of-00003.txt', 1, '/m-00001-of-00003.txt'],
  ])('of %s are %i', (address, count, start) => {
    const addresses = partAddresses(address);
    expect(addresses).toHaveLength(count);
    expect(addresses[0]).toBe(start);
    expect(new Set(addresses).size).toBe(count);
    expect(addresses).toContain(address);
  });
});
