// Damaged model files in the weights cache, whole ones and downloads that were cut: a load gives the server's file, which it
// fetches again where it must. A cut download has no hash of its own yet, so there the caller's tells.
import { createHash } from 'node:crypto';
import { IntegrityError } from '@longread/core';
import { memoryOrigin } from '@longread/store/testing';
import { createWeightsCache, fakeServer, memoryFiles } from '@longread/weights-cache/testing';
import { flipBits, noise, shift, swapBlocks, truncate } from './damage-bytes.ts';
import { damageValue, garbage } from './damage-values.ts';
import type { Dice } from './dice.ts';
import { judge, type Target, type Verdict } from './target.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Stored {
  readonly name: string;
  readonly file: Bytes;
  readonly key: string;
  readonly record: unknown;
}

const url = 'https://models.example/model.gguf';
const content = Uint8Array.from({ length: 2000 }, (_, i) => (i * 37 + (i >> 5)) & 255);
const sha256 = hashOf(content);

export async function weightsTarget(): Promise<Target> {
  const whole = await store([]);
  const cut = await store([700, 0, 0, 0, 0, 0]);
  return {
    name: 'weights',
    damage: (dice) => {
      const isCut = dice.below(2) === 0;
      const stored = isCut ? cut : whole;
      const { what, ...damage } = damageStored(stored, dice);
      const damaged = { ...stored, ...damage };
      const expected = isCut || dice.below(2) === 0 ? sha256 : undefined;
      return Promise.resolve({
        what: `${isCut ? 'cut download' : 'whole file'}: ${what}`,
        attempt: () => attempt(damaged, expected),
      });
    },
  };
}

function hashOf(bytes: Bytes): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function open(expected: string | undefined) {
  return async (file: Blob) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const actual = hashOf(bytes);
    if (expected !== undefined && actual !== expected)
      throw new IntegrityError(`SHA-256 ${actual}, expected ${expected}`);
    return { sha256: actual, bytes };
  };
}

/** What a load over these connections leaves. */
async function store(breaks: number[]): Promise<Stored> {
  const [files, tab] = [memoryFiles(), memoryOrigin().open()];
  const server = Object.assign(fakeServer(content), { breaks });
  await createWeightsCache(tab, files, server)
    .load(url, { open: open(undefined) })
    .catch(() => undefined);
  const [[name, file] = ['', new Uint8Array()]] = files.contents;
  const [[key, record] = ['', undefined]] = await tab.records.entries('model/');
  return { name, file, key, record };
}

function damageStored(
  { file, record }: Stored,
  dice: Dice,
): { readonly what: string; readonly file?: Bytes; readonly record?: unknown } {
  if (dice.below(2) === 0) {
    const { what, bytes } = dice.pick([flipBits, truncate, shift, swapBlocks, noise])(file, dice);
    return { what, file: bytes };
  }
  if (dice.below(8) === 0) return { what: 'the record replaced', record: garbage(dice) };
  const { what, value } = damageValue(record, dice);
  return { what: `record: ${what}`, record: value };
}

async function attempt({ name, file, key, record }: Stored, expected: string | undefined): Promise<Verdict> {
  const [files, tab] = [memoryFiles(), memoryOrigin().open()];
  files.contents.set(name, file);
  await tab.records.write({ puts: [[key, record]] });
  const cache = createWeightsCache(tab, files, fakeServer(content));
  const load = async () => (await cache.load(url, { sha256: expected, open: open(expected) })).bytes;
  return judge([
    { read: async () => (await cache.list()).every(({ sizeBytes }) => sizeBytes >= 0), expected: true },
    { read: load, expected: content },
    { read: load, expected: content },
  ]);
}
