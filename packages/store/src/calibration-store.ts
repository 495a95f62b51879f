// The calibrations that were measured on this machine, in a database of their own, as they belong to a model, not to any document; or in
// memory. And the shape of a calibration that comes from outside: a file, a caller.
import { createStore, get, set } from 'idb-keyval';
import * as v from 'valibot';
import { InvalidInputError, scorings, type CalibrationData } from '@longread/core';

const text = v.pipe(v.string(), v.maxLength(10_000));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const heads = v.pipe(v.array(v.pipe(v.string(), v.regex(/^L\d{1,4}\.[QKV]\d{1,4}$/))), v.minLength(1));
const preset = v.object({
  scoring: v.picklist(scorings),
  heads,
  lateHeads: v.optional(v.object({ first: count, count })),
  gatherSize: v.optional(v.pipe(count, v.minValue(1))),
  minMatch: v.optional(v.pipe(v.number(), v.finite())),
});

const shape = v.object({
  modelName: text,
  modelSha256: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  presets: v.object({ read: preset, skim: v.optional(preset), study: v.optional(preset) }),
  measured: text,
});

/**
 * A calibration as a file of JSON or a caller gives it. Whether the model has its heads is not asked here.
 * @throws InvalidInputError naming the field
 */
export function parseCalibration(value: unknown): CalibrationData {
  const result = v.safeParse(shape, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'all of it';
  throw new InvalidInputError(
    `The calibration is none: ${field} is ${issue.received}, not ${issue.expected ?? 'what it should be'}. Give one as \`npm run calibrate\` writes it.`,
    { field },
  );
}

export interface CalibrationStore {
  /** What was measured of the model file; undefined when there is nothing, or nothing that can be read. */
  find(modelSha256: string): Promise<CalibrationData | undefined>;
  /** Replaces what was kept of the model file. */
  put(modelSha256: string, calibration: CalibrationData): Promise<void>;
}

/** A cache that never fails a load: where the browser cannot read or keep it, the model is measured again next time. */
export function openCalibrationStore(database = 'longread-calibration'): CalibrationStore {
  const store = createStore(database, 'heads');
  return {
    find: async (modelSha256) => {
      const value = await get<unknown>(modelSha256, store).catch(() => undefined);
      return v.is(shape, value) && value.modelSha256 === modelSha256 ? value : undefined;
    },
    put: (modelSha256, calibration) => set(modelSha256, calibration, store).catch(() => undefined),
  };
}

/** The same in this process's memory, of this store alone. */
export function openMemoryCalibrationStore(): CalibrationStore {
  const kept = new Map<string, CalibrationData>();
  return {
    find: (modelSha256) => Promise.resolve(kept.get(modelSha256)),
    put: (modelSha256, calibration) => {
      kept.set(modelSha256, calibration);
      return Promise.resolve();
    },
  };
}
