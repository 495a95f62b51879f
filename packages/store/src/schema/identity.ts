// What identifies a document: the fingerprint of what read it, and the hash of what was read.
import type { ReadSettings, SourcePart, WeightKind } from '@longread/core';
import { hashJson } from './record.ts';

/**
 * Version of what the numbers in chunks and states mean; a change makes every stored document unreadable. How records are
 * laid out is `formatVersion` of a manifest. The field is called `formatVersion` in the hashed JSON because the first format did not
 * tell the two apart.
 */
const contentVersion = 1;

interface Besides {
  /** The layout that weights were quantised to at load; `file` where they are as in the file. */
  readonly weights?: WeightKind | undefined;
  /** What documents begin with before their own tokens. */
  readonly beginId?: number | undefined;
}

/**
 * SHA-256, hex, of the canonical JSON (keys sorted, no spaces) of the model's hash, every read setting (the calibrated
 * heads among them), the content version, and what else changes the numbers. What a model's configuration says is the hash's: it is
 * read from the file alone.
 *
 * @param besides of what is as in most models the JSON has no key.
 */
export function fingerprintOf(
  modelSha256: string,
  settings: ReadSettings,
  { weights = 'file', beginId }: Besides = {},
): Promise<string> {
  return hashJson({
    formatVersion: contentVersion,
    model: modelSha256.toLowerCase(),
    settings,
    ...(weights === 'file' ? {} : { weights }),
    ...(beginId === undefined ? {} : { beginId }),
  });
}

/** The text hash of a single part; with more, h(1) = its text hash, h(k) = SHA-256(JSON [h(k - 1), text hash k, limit k]). */
export async function sourceHashOf(parts: readonly SourcePart[]): Promise<string> {
  let hash = parts[0]?.textHash ?? '';
  for (const { textHash, maxTokens } of parts.slice(1)) hash = await hashJson([hash, textHash, maxTokens]);
  return hash;
}
