// What a document would take of this engine's device and storage, before it is read.
import {
  checkInteger,
  InvalidInputError,
  StorageQuotaError,
  type ModelConfig,
  type ReadSettings,
} from '@longread/core';
import { documentMemory, documentStorageBytes, readingMemory } from '@longread/planner';
import type { DocumentStore, StorageUsage } from '@longread/store';
import type { DocumentPlan, DocumentSize } from '../api.ts';

/** Of a text of which nothing is known: English prose has four to five. */
const usualCharsPerToken = 4;

/**
 * @param tokensPerSecond at which documents were read; undefined where none was.
 * @throws InvalidInputError for what is no size
 */
export async function planDocument(
  config: ModelConfig,
  settings: ReadSettings,
  store: Pick<DocumentStore, 'list' | 'usage'>,
  size: DocumentSize,
  tokensPerSecond: number | undefined,
): Promise<DocumentPlan> {
  const charsPerToken = await charsPerTokenIn(store);
  const tokens = tokensOf(size, charsPerToken);
  const characters = 'characters' in size ? size.characters : Math.ceil(tokens * charsPerToken);
  const storageBytes = documentStorageBytes(config, settings, tokens, characters);
  const gpuBytes = documentMemory(config, settings, 1).bytes + readingMemory(config, settings).bytes;
  const freeBytes = freeOf(await store.usage());
  const fits = storageBytes <= freeBytes;
  return {
    kind: 'document',
    tokens,
    gpuBytes,
    storageBytes,
    fits,
    ...(!fits && {
      reason:
        `It would take ${megabytes(storageBytes)} MB of storage, and this browser has ${megabytes(freeBytes)} MB left for this site. ` +
        'Delete documents or models that are no longer needed.',
    }),
    ...(tokensPerSecond !== undefined && { readSeconds: tokens / tokensPerSecond }),
  };
}

/** What is about to be read, and how much of it is stored already. */
interface Unread {
  readonly numTokens: number;
  readonly numChars: number;
  readonly storedBytes: number;
}

/** @throws StorageQuotaError where the browser says that what is left of a document does not fit, before time is spent on it */
export async function checkRoom(
  config: ModelConfig,
  settings: ReadSettings,
  store: Pick<DocumentStore, 'usage'>,
  { numTokens, numChars, storedBytes }: Unread,
): Promise<void> {
  const { usedBytes, quotaBytes } = await store.usage();
  const freeBytes = freeOf({ usedBytes, quotaBytes });
  const neededBytes = documentStorageBytes(config, settings, numTokens, numChars) - storedBytes;
  if (neededBytes <= freeBytes) return;
  throw new StorageQuotaError(
    `The document was not read: its ${numTokens.toLocaleString('en-US')} tokens need ${megabytes(neededBytes)} MB of storage, and this ` +
      `browser has ${megabytes(freeBytes)} MB left for this site. Delete documents or models that are no longer needed, or read less of it (maxTokens).`,
    { neededBytes, usedBytes, quotaBytes },
  );
}

/** Infinity where the browser does not tell. */
function freeOf({ usedBytes, quotaBytes }: Pick<StorageUsage, 'usedBytes' | 'quotaBytes'>): number {
  return quotaBytes > 0 ? Math.max(0, quotaBytes - usedBytes) : Infinity;
}

function tokensOf(size: DocumentSize, charsPerToken: number): number {
  // Callers may come from untyped code, where anything arrives here.
  const { tokens, characters } = size as { readonly tokens?: number; readonly characters?: number };
  if (tokens !== undefined) {
    checkInteger('tokens', tokens, 0, Number.MAX_SAFE_INTEGER);
    return tokens;
  }
  if (characters === undefined)
    throw new InvalidInputError('A plan is of a model, or of a document by its `tokens` or `characters`.');
  checkInteger('characters', characters, 0, Number.MAX_SAFE_INTEGER);
  return Math.ceil(characters / charsPerToken);
}

/** The mean of what is stored. */
async function charsPerTokenIn(store: Pick<DocumentStore, 'list'>): Promise<number> {
  const documents = await store.list();
  const sum = (of: 'numChars' | 'numTokens') => documents.reduce((total, each) => total + each[of], 0);
  return sum('numTokens') > 0 ? sum('numChars') / sum('numTokens') : usualCharsPerToken;
}

const megabytes = (bytes: number): string => String(Math.ceil(bytes / 1e6));
