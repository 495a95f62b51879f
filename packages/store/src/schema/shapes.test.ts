// Every field of every record, damaged in every way that its shape rules out: the error names the record and the field.
import { describe, expect, test } from 'vitest';
import { IntegrityError } from '@longread/core';
import { makeChunk, makeManifest, makeState, makeText } from '../testing/fixtures.ts';
import { resignManifest } from '../testing/forge.ts';
import { nothingChained } from './content.ts';
import type { Put } from './layout.ts';
import { layoutOf } from './layouts.ts';
import { storableManifest, verifiedManifest } from './manifest.ts';

type Path = readonly string[];

const notes = [
  { kind: 'unread' as const, count: 1, first: 2 },
  { kind: 'reader' as const, count: 0, first: 0, text: 'Page 3 has no text.' },
];
const outline = [
  { start: 0, kind: 'page' as const, label: 'i' },
  { start: 4, kind: 'heading' as const, label: 'Loomings', level: 2 },
];
const manifest = makeManifest('moby', 1, {
  parts: makeManifest('moby', 1).parts.map((part) => ({ ...part, notes, outline })),
});

type Verify = (record: unknown) => Promise<unknown>;
type Case = readonly [name: string, record: object, verify: Verify];

const chunk = makeChunk(1, 0);
const read = { record: chunk, text: makeText(chunk) };

type ChunkKind = 'chunk' | 'embeddings' | 'tokens' | 'text';

/** The records of a chunk in a version, and how each is read. */
async function chunkCases(formatVersion: number, kinds: readonly ChunkKind[]): Promise<Case[]> {
  const layout = layoutOf({ formatVersion });
  const { content, puts } = await layout.add(manifest, layout.nothing, read);
  const opened = { manifest, stored: { manifest, content } };
  return puts.map(([key, record]: Put, i) => {
    const kind = layout[kinds[i] ?? 'text'];
    const name = key.slice(0, key.indexOf('/'));
    return [name, record as object, (found) => kind.verified(opened, 0, [found], [])];
  });
}

async function stateCase(formatVersion: number): Promise<Case> {
  const { state } = layoutOf({ formatVersion });
  const { record, checksum, bytes } = await state.stored(makeState(1, 1, formatVersion));
  const expected = { stateChecksum: checksum, stateBytes: bytes };
  return ['state', record, (found) => state.verified(manifest, found, expected)];
}

const records: readonly Case[] = [
  [
    'manifest',
    await storableManifest({ content: nothingChained, manifest }),
    async (record) => verifiedManifest('moby', await resignManifest(record as object)),
  ],
  ...(await chunkCases(3, ['chunk', 'text'])),
  ...(await chunkCases(4, ['embeddings', 'tokens', 'text'])),
  await stateCase(4),
  await stateCase(5),
];

/** Of every value inside, lists and objects among them. */
function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    [key],
    ...pathsOf(item).map((path) => [key, ...path]),
  ]);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

function replaced(value: unknown, [key, ...rest]: Path, item: unknown): unknown {
  if (key === undefined) return item;
  const inner = replaced((value as Record<string, unknown>)[key], rest, item);
  if (Array.isArray(value)) return value.map((one: unknown, i) => (String(i) === key ? inner : one));
  return { ...(value as object), [key]: inner };
}

/** Values of no such field. */
function wrongFor(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return [null, '1', -1, -0, NaN, Infinity];
  if (ArrayBuffer.isView(value)) return [null, {}, new Uint16Array(4), [1, 2, 3]];
  if (typeof value === 'string') return [null, 7, ['a']];
  return [null, 'none', 7];
}

describe.each(records)('a stored %s', (name, record, verify) => {
  test('is read as it is', async () => {
    expect(await verify(record)).toBeDefined();
  });

  // A forger who signs a manifest anew leaves out no checksum.
  const paths = pathsOf(record).filter((path) => name !== 'manifest' || path[0] !== 'checksum');
  test.each(paths.map((path) => [path.join('.'), path] as const))('names a wrong %s', async (field, path) => {
    for (const wrong of wrongFor(at(record, path))) {
      // JSON, which manifests are, has none of them.
      const isInJson = typeof wrong !== 'number' || (Number.isFinite(wrong) && !Object.is(wrong, -0));
      if (name === 'manifest' && !isInJson) continue;
      const error: unknown = await verify(replaced(record, path, wrong)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as IntegrityError).details.reason).toContain(`${name}.${field} is not `);
    }
  });

  test('names a field that is missing', async () => {
    const [[first = ''] = []] = paths;
    const rest = Object.fromEntries(Object.entries(record).filter(([key]) => key !== first));
    await expect(verify(rest)).rejects.toThrow(`${name}.${first} is missing`);
  });

  test.each([[null], ['text'], [7]])('of %j is refused', async (value) => {
    if (name !== 'manifest') await expect(verify(value)).rejects.toThrow(`${name} is not an object`);
    else await expect(verifiedManifest('moby', value)).rejects.toThrow(`${name} is not an object`);
  });
});

describe('an outline', () => {
  const stored = async (places: readonly object[]) => {
    const record = await storableManifest({ content: nothingChained, manifest });
    const [part] = record.parts as readonly object[];
    return verifiedManifest(
      'moby',
      await resignManifest({ ...record, parts: [{ ...part, outline: places }] }),
    );
  };
  const one = { start: 3, kind: 'page', label: '1' };

  test.each([
    [
      'out of order',
      [one, { ...one, start: 2 }],
      'its outline has place 1 at 2, before the one before it at 3',
    ],
    [
      'of too many places',
      Array.from({ length: 10_001 }, () => one),
      'its outline has 10001 places; the limit is 10000',
    ],
    ['with a long label', [{ ...one, label: 'x'.repeat(201) }], 'label is not as short as 200 characters'],
    ['with a level that is none', [{ ...one, level: 10 }], 'its outline has level 10 at place 0'],
  ])('%s is refused', async (_, places, said) => {
    await expect(stored(places)).rejects.toThrow(said);
  });

  test('is optional, and so are its levels', async () => {
    const { manifest: read } = await stored([one]);
    expect(read.parts[0]?.outline).toEqual([one]);
    const without = await storableManifest({ content: nothingChained, manifest: makeManifest('moby', 1) });
    expect((await verifiedManifest('moby', without)).manifest.parts[0]).not.toHaveProperty('outline');
  });
});
