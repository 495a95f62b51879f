// Manifests that lie about a count, a place or a model, with a checksum that is right.
import { resignManifest } from '@longread/store/testing';
import { otherFingerprint } from './documents.ts';
import type { Dice } from './dice.ts';

interface ManifestRecord extends Record<string, unknown> {
  fingerprint: string;
  settings: Record<string, unknown>;
  parts: Record<string, unknown>[];
  embeddingsChecksum: string;
  tokensChecksum: string;
  textChecksum: string;
}

export interface LyingManifest {
  readonly what: string;
  readonly record: object;
}

const counts = [
  'numTokens',
  'numChunks',
  'numChars',
  'embeddingsBytes',
  'tokensBytes',
  'textBytes',
  'stateBytes',
  'formatVersion',
];
const settings = ['chunkSize', 'budget', 'recent', 'exitLayer'];
const starts = ['firstChunk', 'firstToken', 'firstChar', 'maxTokens'];

/** A copy of a stored manifest that lies. */
export async function lyingManifest(original: unknown, dice: Dice): Promise<LyingManifest> {
  const record = structuredClone(original) as ManifestRecord;
  const lies: (() => string)[] = [
    () => lieAbout(record, dice.pick(counts), dice),
    () => lieAbout(record, dice.pick(counts), dice),
    () => lieAbout(record.settings, dice.pick(settings), dice),
    () => lieAbout(record.parts[1] ?? {}, dice.pick(starts), dice),
    () => `no checksum of the last text: ${(record.textChecksum = '')}`,
    () =>
      `that of the last tokens for the last embeddings: ${(record.embeddingsChecksum = record.tokensChecksum)}`,
    () => `that of the last text for the last tokens: ${(record.tokensChecksum = record.textChecksum)}`,
    () => `another time of its beginning: ${String((record.createdAt = 1_700_000_000_001))}`,
    () => `the fingerprint of another model: ${(record.fingerprint = otherFingerprint)}`,
  ];
  const what = dice.pick(lies)();
  return { what: `manifest signed anew, ${what}`, record: await resignManifest(record) };
}

function lieAbout(fields: Record<string, unknown>, field: string, dice: Dice): string {
  const now = Number(fields[field]);
  const others = [0, now + 1, now - 1, now * 2, 2 ** 31, 2 ** 53 - 1, 1e300, -1, 0.5];
  const lie = dice.pick(others.filter((value) => value !== now));
  fields[field] = lie;
  return `${field} ${now} says ${lie}`;
}
