// The kernel choices of each adapter, in a database of their own, as they belong to the device, not to any document; or in memory.
import { createStore, get, set } from 'idb-keyval';
import type { Tuning, TuningRow } from '@longread/core';

export interface TuningStore {
  /** What was stored for this adapter and version; undefined when there is nothing, or nothing that can be read. */
  find(adapter: string, version: string): Promise<Tuning | undefined>;
  /** Replaces what was stored for the adapter. */
  put(tuning: Tuning): Promise<void>;
}

/**
 * A cache that never fails a load: where the browser cannot read or keep it, tuning is done again next time. The version is
 * part of the value, so that an adapter has one record whatever the versions before.
 */
export function openTuningStore(database = 'longread-tuning'): TuningStore {
  const store = createStore(database, 'choices');
  return {
    find: async (adapter, version) => {
      const value = await get<unknown>(adapter, store).catch(() => undefined);
      return isTuning(value) && value.adapter === adapter && value.version === version ? value : undefined;
    },
    put: (tuning) => set(tuning.adapter, tuning, store).catch(() => undefined),
  };
}

/** The same in this process's memory, of this store alone. */
export function openMemoryTuningStore(): TuningStore {
  const tunings = new Map<string, Tuning>();
  return {
    find: (adapter, version) => {
      const tuning = tunings.get(adapter);
      return Promise.resolve(tuning?.version === version ? tuning : undefined);
    },
    put: (tuning) => {
      tunings.set(tuning.adapter, tuning);
      return Promise.resolve();
    },
  };
}

function isTuning(value: unknown): value is Tuning {
  return (
    isRecord(value) &&
    typeof value.adapter === 'string' &&
    typeof value.version === 'string' &&
    Array.isArray(value.rows) &&
    value.rows.every(isRow) &&
    Array.isArray(value.tested) &&
    value.tested.every((key) => typeof key === 'string') &&
    Array.isArray(value.failed) &&
    value.failed.every(isFailure)
  );
}

function isRow(row: unknown): row is TuningRow {
  if (!isRecord(row)) return false;
  const isText = [row.kernel, row.shapeClass, row.variant, row.key, row.note].every(
    (text) => typeof text === 'string',
  );
  return isText && [row.ms, row.gflops].every((time) => time === undefined || isPositive(time));
}

function isFailure(failure: unknown): boolean {
  return isRecord(failure) && typeof failure.key === 'string' && typeof failure.reason === 'string';
}

function isPositive(time: unknown): boolean {
  return typeof time === 'number' && Number.isFinite(time) && time > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
