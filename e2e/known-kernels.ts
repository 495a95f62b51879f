// What a browser keeps of the tiny model's kernels once it has loaded the model: a table that says which to take, and that they passed
// their tests. A page that begins with it measures none, and compiles those that take a software adapter the shortest.
import type { BrowserContextOptions } from '@playwright/test';
import type { EngineInfo } from 'longread';

type Tuning = EngineInfo['tuning'];
export type Storage = Exclude<BrowserContextOptions['storageState'], string | undefined>;

/** What a browser keeps at a first visit. */
export const nothing: Storage = { cookies: [], origins: [] };

/** The shapes of the tiny model's matrices, inputs x outputs; by the last only decode multiplies, its embedding. */
const layerShapes = ['64x64', '64x128', '64x256', '128x64'];
const lmHeadShape = '64x274';

/** A row as if of this product's variants this one alone had been measured. */
const chosen = (variant: string, shape: string): Tuning['rows'][number] => ({
  kernel: variant.split('/')[0] ?? '',
  shapeClass: `f32 ${shape}`,
  variant,
  key: variant,
  ms: 1,
  gflops: 1,
  note: '',
});

/** The table with the kernels that compile soonest. @param tuning after a load of the tiny model by the default's kernels */
export function quickTuning(tuning: Tuning): Tuning {
  const isSlow = (key: string): boolean => key.startsWith('attention/scores-quad ');
  return {
    ...tuning,
    rows: [
      ...layerShapes.map((shape) => chosen('matmul/subgroup', shape)),
      ...[...layerShapes, lmHeadShape].map((shape) => chosen('matvec/plain', shape)),
    ],
    tested: tuning.tested.filter((key) => !isSlow(key)),
    failed: tuning.tested
      .filter(isSlow)
      .map((key) => ({ key, reason: 'takes four times as long to compile' })),
  };
}

/** Storage of an origin that has the table, where and as packages/store keeps it. */
export function storageWith(tuning: Tuning, origin: string): Storage {
  const store = { name: 'choices', autoIncrement: false, indexes: [] };
  const records = [{ key: tuning.adapter, value: tuning }];
  const databases = [{ name: 'longread-tuning', version: 1, stores: [{ ...store, records }] }];
  const kept = { origin, localStorage: [], indexedDB: databases };
  return { cookies: [], origins: [kept] };
}
