// What this browser keeps of models and documents, told without an engine: before a model is loaded, or chosen.
import type { DocumentManifest } from '@longread/core';
import type { StorageUsage } from '@longread/store';
import type { StoredModel } from '@longread/weights-cache';
import type { EngineOptions, HubModelSource } from './api.ts';
import { lateScript } from './late-script.ts';
import { addressOf } from './model/address.ts';
import { placeOf } from './platform.ts';

/** As of one moment. */
export interface Kept {
  /** Models that were fetched by URL, whole or in part. */
  readonly models: readonly StoredModel[];
  readonly documents: readonly DocumentManifest[];
  readonly usage: StorageUsage;
  /** Whether this model is kept whole: it loads without a network. @throws InvalidInputError for what is no address */
  has(model: string | URL | HubModelSource): boolean;
}

/** Lists what is kept; nothing is opened, and no network is asked. Where there is no storage, as in Node, that is nothing. */
export async function listKept({
  database = 'longread',
  hub,
}: Pick<EngineOptions, 'database' | 'hub'> = {}): Promise<Kept> {
  const [{ openStorage }, { holdsModel }] = await Promise.all([
    lateScript(() => import('./host/storage.ts')), // an engine in a worker has its own copy
    lateScript(() => import('./model/holds-model.ts')),
  ]);
  const { storage: kind } = placeOf({ worker: undefined, gpu: undefined, storage: undefined });
  const storage = openStorage(kind, database);
  try {
    const [models = [], documents, usage] = await Promise.all([
      storage.models?.list(),
      storage.documents.list(),
      storage.documents.usage(),
    ]);
    return { models, documents, usage, has: (model) => holdsModel(models, addressOf(model), hub) };
  } finally {
    storage.close();
  }
}
