// The kernel choices of each adapter, in a database of their own, as they belong to the device, not to any document; or in memory.
import { createStore, get, set } from 'idb-keyval';
import * as v from 'valibot';
import type { Tuning } from '@longread/core';

const text = v.string();
const timing = v.undefinedable(v.pipe(v.number(), v.finite(), v.gtValue(0)));

const shape = v.object({
  adapter: text,
  version: text,
  rows: v.array(
    v.object({
      kernel: text,
      shapeClass: text,
      variant: text,
      key: text,
      note: text,
      ms: timing,
      gflops: timing,
    }),
  ),
  tested: v.array(text),
  failed: v.array(v.object({ key: text, reason: text })),
});

export interface TuningStore {
  /** What was stored for this adapter and version, whatever version where none is given; undefined when there is nothing, or nothing that can be read. */
  find(adapter: string, version?: string): Promise<Tuning | undefined>;
  /** Replaces what was stored for the adapter. */
  put(tuning: Tuning): Promise<void>;
}

const isOf = (tuning: Pick<Tuning, 'version'>, version: string | undefined): boolean =>
  version === undefined || tuning.version === version;

/**
 * A cache that never fails a load: where the browser cannot read or keep it, tuning is done again next time. The version is
 * part of the value, so that an adapter has one record whatever the versions before.
 */
export function openTuningStore(database = 'longread-tuning'): TuningStore {
  const store = createStore(database, 'choices');
  return {
    find: async (adapter, version) => {
      const value = await get<unknown>(adapter, store).catch(() => undefined);
      return v.is(shape, value) && value.adapter === adapter && isOf(value, version) ? value : undefined;
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
      return Promise.resolve(tuning && isOf(tuning, version) ? tuning : undefined);
    },
    put: (tuning) => {
      tunings.set(tuning.adapter, tuning);
      return Promise.resolve();
    },
  };
}
