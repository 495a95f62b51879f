// What a fake engine has stored.
import type { DocumentManifest, StoredModel } from 'longread';

export function makeManifest(
  id: string,
  title: string,
  changes: Partial<DocumentManifest> = {},
): DocumentManifest {
  return {
    formatVersion: 1,
    id,
    title,
    fingerprint: '',
    sourceHash: '',
    parts: [],
    maxTokens: 0,
    numTokens: 40_960,
    numChunks: 40,
    numChars: 180_000,
    settings: { chunkSize: 1024, budget: 1024, recent: 256, exitLayer: 11, heads: [] },
    sizeBytes: 12_400_000,
    createdAt: Date.UTC(2025, 0, 2),
    usedAt: Date.UTC(2025, 0, 3),
    state: 'ready',
    ...changes,
  };
}

export function makeStoredModel(url: string, changes: Partial<StoredModel> = {}): StoredModel {
  const sha256 = 'ab'.repeat(32);
  return { url, sizeBytes: 98.4e6, totalBytes: 98.4e6, sha256, storedAt: 0, complete: true, ...changes };
}
