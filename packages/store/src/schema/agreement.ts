// Whether a stored manifest is the one that its caller means: of the state it last saw, and read as this engine reads.
import { IntegrityError, type DocumentManifest } from '@longread/core';
import type { ExpectedReading } from '../document-store.ts';
import { unknownDocument } from './manifest.ts';
import { canonicalJson, damaged } from './record.ts';

/**
 * Throws when `manifest` is about to replace a stored document that does not count `expected` chunks. Another tab may have
 * written since the caller last looked.
 */
export function checkReplacement(
  manifest: DocumentManifest,
  stored: DocumentManifest | undefined,
  expected: number,
): void {
  const { id, title } = manifest;
  if (stored === undefined) {
    if (expected > 0) throw unknownDocument(id);
    return;
  }
  const { numChunks, fingerprint, formatVersion } = stored;
  const isSame = fingerprint === manifest.fingerprint && formatVersion === manifest.formatVersion;
  if (numChunks === expected && isSame) return;
  const reason =
    numChunks !== expected
      ? `it holds ${numChunks} chunks and ${expected} were expected`
      : fingerprint !== manifest.fingerprint
        ? `it was read with fingerprint ${fingerprint}, not ${manifest.fingerprint}`
        : `it is stored in format version ${formatVersion}, not ${manifest.formatVersion}`;
  throw damaged(`"${title}" was changed by another tab or damaged`, { document: id }, reason);
}

/** Like {@link checkReplacement} for the record that is stored now, before chunks go in that no manifest counts yet. */
export function checkStillCounted(manifest: DocumentManifest, current: unknown): void {
  const { id, title, numChunks } = manifest;
  if (typeof current === 'object' && current !== null && 'numChunks' in current) {
    if (current.numChunks === numChunks) return;
  }
  const reason = `it does not hold ${numChunks} chunks any more`;
  throw damaged(`"${title}" was changed by another tab or damaged`, { document: id }, reason);
}

/** @throws IntegrityError that tells both fingerprints, or that the settings are not those of the fingerprint */
export function checkReading(manifest: DocumentManifest, expected: ExpectedReading): void {
  const { id, title, fingerprint, settings } = manifest;
  if (fingerprint === expected.fingerprint) {
    const isSame =
      expected.settings === undefined || canonicalJson(settings) === canonicalJson(expected.settings);
    if (!isSame)
      throw damaged(`"${title}"`, { document: id }, 'its settings are not those of its fingerprint');
    return;
  }
  throw new IntegrityError(
    `"${title}" was read with another model, calibration or settings: its fingerprint is ${fingerprint}, ` +
      `this engine's is ${expected.fingerprint}. Read the document again with this engine.`,
    { document: id, stored: fingerprint, engine: expected.fingerprint },
  );
}
