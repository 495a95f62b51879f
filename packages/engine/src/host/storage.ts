// What a host keeps beyond a call and a device, in the one place or the other.
import {
  openDocumentStore,
  openMemoryDocumentStore,
  openCalibrationStore,
  openMemoryCalibrationStore,
  openMemoryTuningStore,
  openTuningStore,
  type CalibrationStore,
  type DocumentStore,
  type TuningStore,
} from '@longread/store';
import { openWeightsCache, type WeightsCache } from '@longread/weights-cache';
import type { StorageKind } from '../api.ts';

export interface HostStorage {
  readonly documents: DocumentStore;
  readonly tunings: TuningStore;
  readonly calibrations: CalibrationStore;
  /** Undefined where model files are not kept. */
  readonly models: WeightsCache | undefined;
  close(): void;
}

/** @param database of the documents in IndexedDB; what is in memory is this host's alone. */
export function openStorage(kind: StorageKind, database: string): HostStorage {
  const documents = kind === 'memory' ? openMemoryDocumentStore() : openDocumentStore(database);
  const tunings = kind === 'memory' ? openMemoryTuningStore() : openTuningStore();
  const calibrations = kind === 'memory' ? openMemoryCalibrationStore() : openCalibrationStore();
  const models = kind === 'memory' ? undefined : openWeightsCache(); // a file in memory would be there twice
  const close = () => {
    documents.close();
    models?.close();
  };
  return { documents, tunings, calibrations, models, close };
}
