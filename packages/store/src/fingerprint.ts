// Identity of what was read: the same fingerprint means that the same file, settings and format produced the records.
import type { ReadSettings } from '@longread/core';
import { hexDigest } from './checksum.ts';
import { formatVersion } from './records.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * SHA-256, hex, of the canonical JSON (keys sorted, no spaces) of the model's hash, every read setting (the calibrated
 * heads among them) and the format version.
 */
export async function fingerprintOf(modelSha256: string, settings: ReadSettings): Promise<string> {
  const identity = { formatVersion, model: modelSha256.toLowerCase(), settings };
  const plain = JSON.parse(JSON.stringify(identity)) as Json;
  return hexDigest(new TextEncoder().encode(JSON.stringify(sortKeys(plain))));
}

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(sortKeys);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys(value[name] ?? null)]));
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
