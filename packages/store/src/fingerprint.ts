// Identity of what was read: the same fingerprint means that the same file, settings and meaning of records produced them.
import type { ReadSettings } from '@longread/core';
import { canonicalJson } from './canonical-json.ts';
import { hexDigest } from './checksum.ts';

/**
 * Version of what the numbers in chunks and states mean; a change makes every stored document unreadable. How records are
 * laid out is `formatVersion`, whose changes are migrated. The field is called `formatVersion` in the hashed JSON because
 * the first format did not tell the two apart.
 */
const contentVersion = 1;

/**
 * SHA-256, hex, of the canonical JSON (keys sorted, no spaces) of the model's hash, every read setting (the calibrated
 * heads among them) and the content version.
 */
export async function fingerprintOf(modelSha256: string, settings: ReadSettings): Promise<string> {
  const identity = { formatVersion: contentVersion, model: modelSha256.toLowerCase(), settings };
  return hexDigest(new TextEncoder().encode(canonicalJson(identity)));
}
