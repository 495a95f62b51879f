// What identifies a document: the fingerprint of what read it, and the hash of what was read.
import type { ReadSettings, SourcePart } from '@longread/core';
import { hashJson } from './record.ts';

/**
 * Version of what the numbers in chunks and states mean; a change makes every stored document unreadable. How records are
 * laid out is `formatVersion` of a manifest. The field is called `formatVersion` in the hashed JSON because the first format did not
 * tell the two apart.
 */
const contentVersion = 1;

/**
 * SHA-256, hex, of the canonical JSON (keys sorted, no spaces) of the model's hash, every read setting (the calibrated
 * heads among them) and the content version. What a model's configuration says is the hash's: it is read from the file alone.
 *
 * @param beginId what documents begin with before their own tokens; where there is nothing of that the JSON has no such key.
 */
export function fingerprintOf(
  modelSha256: string,
  settings: ReadSettings,
  beginId?: number,
): Promise<string> {
  return hashJson({
    formatVersion: contentVersion,
    model: modelSha256.toLowerCase(),
    settings,
    ...(beginId === undefined ? {} : { beginId }),
  });
}

/** The text hash of a single part; with more, h(1) = its text hash, h(k) = SHA-256(JSON [h(k - 1), text hash k, limit k]). */
export async function sourceHashOf(parts: readonly SourcePart[]): Promise<string> {
  let hash = parts[0]?.textHash ?? '';
  for (const { textHash, maxTokens } of parts.slice(1)) hash = await hashJson([hash, textHash, maxTokens]);
  return hash;
}
