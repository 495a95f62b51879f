// What lives and dies with a GPU device: weights, activations, caches. A lost device takes its session with it; the model file,
// the store and the documents' places in it outlive it.
import {
  DeviceLostError,
  headName,
  LongreadError,
  type PresetName,
  type ReadSettings,
  type Tuning,
} from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { calibrationIn, guessedCalibration, type Calibration, type MemoryItem } from '@longread/planner';
import { fingerprintOf } from '@longread/store';
import type { CalibrationInfo, CallOptions, EngineOptions, PresetInfo } from '../api.ts';
import { testedChoice } from '../kernels/choose.ts';
import type { DocumentContext } from '../document.ts';
import { createTransformer } from '../forward/transformer.ts';
import { uploadModel, type OpenedModel } from '../load.ts';
import type { AnswerContext } from '../answer/strategy.ts';
import { defaultTuneLimitMs, tuneKernels, tuningsWith } from '../kernels/tune.ts';
import { calibrationOf, givenCalibration, type CalibrationChoice } from './calibrate.ts';
import { compileStages } from './compile-stages.ts';
import { planLoad } from './load-plan.ts';
import { createReadings, type Reading } from './readings.ts';
import type { HostStorage } from './storage.ts';

/** Time that a loss may take to show after the call that it broke has failed. */
const lossShowsMs = 250;

export interface Session {
  /** In the engine's own preset. */
  readonly documents: DocumentContext;
  /** @throws InvalidInputError for a preset that is none, or that does not go with the read settings that were given */
  readonly documentsIn: (preset: PresetName) => DocumentContext;
  /** As the document was read that has the fingerprint. */
  readonly documentsOf: (fingerprint: string) => DocumentContext;
  readonly answers: AnswerContext;
  /** GPU memory of the model and what all documents share, with room for passes over so many keys. */
  readonly heldFor: (numKeys: number) => readonly MemoryItem[];
  readonly tuning: Tuning;
  readonly calibration: CalibrationInfo;
  readonly presets: readonly PresetInfo[];
  dispose(): void;
}

export interface SessionOptions {
  readonly read: Partial<ReadSettings> | undefined;
  readonly tune: EngineOptions['tune'];
  readonly storage: Pick<HostStorage, 'documents' | 'tunings' | 'calibrations'>;
  readonly calibration: CalibrationChoice;
  readonly skipCalibration: AbortSignal | undefined;
  readonly preset: PresetName;
}

/**
 * Loads an opened model onto a device, which the session owns from here on, whatever comes of it.
 * @throws LimitExceededError | InvalidInputError | ModelFormatError (damaged values, or a size that no kernel does) | OutOfMemoryError |
 * WebGpuUnavailableError (no kernel computes rightly here) | DeviceLostError | AbortedError
 */
export async function createSession(
  gpu: Gpu,
  opened: OpenedModel,
  { read, tune, storage, calibration: wanted, skipCalibration, preset }: SessionOptions,
  call: CallOptions,
): Promise<Session> {
  const weights = gpu.owner('model');
  try {
    const { config } = opened.file;
    const given = givenCalibration(wanted, { config, sha256: opened.sha256 }) ?? guessedCalibration(config);
    // Heads that are measured later take about as much.
    const {
      settings: planned,
      settingsOf,
      maxKeys,
      heldFor: heldWith,
    } = planLoad(gpu, opened.file, read, calibrationIn(given, preset));
    const compiling = compileStages(gpu, config);
    compiling.catch(() => undefined); // seen below, unless the upload fails first
    const model = await uploadModel(gpu, weights, opened, call);
    const waiting = { during: 'load', signal: call.signal };
    const stages = await gpu.until(compiling, waiting); // a compiler beside it would spoil what tuning measures
    const limits =
      tune === false
        ? { limitMs: undefined }
        : { limitMs: tune?.limitMs ?? defaultTuneLimitMs, skip: tune?.skip };
    const tunings = await tuningsWith(storage.tunings, tune === false ? undefined : tune?.known);
    const tuned = await gpu.until(
      tuneKernels(gpu, model, tunings, { ...limits, ...call, chunkSize: planned.chunkSize }),
      waiting,
    );
    const sizes = { maxTokens: planned.chunkSize, maxKeys };
    const choice = testedChoice(gpu, tuned, call);
    const transformer = await gpu.until(createTransformer(gpu, weights, model, sizes, choice), waiting);
    const heldFor = (numKeys: number) => heldWith(numKeys, transformer.activations.attentionKind);
    await gpu.until(Promise.all(stages.map((kernel) => choice.choose([kernel]))), waiting);
    const { tuning } = choice;
    await storage.tunings.put(tuning);
    const device = { gpu, transformer, model, heldFor, store: storage.calibrations, skip: skipCalibration };
    const original = await gpu.until(calibrationOf(wanted, device, call), waiting);
    const { tokenizer } = model;
    const { beginId } = tokenizer;
    const readings = await createReadings(original, preset, settingsOf, (settings) =>
      fingerprintOf(model.sha256, settings, { weights: opened.weights, beginId }),
    );
    const store = storage.documents;
    const contextOf = (reading: Reading): DocumentContext => ({
      ...{ gpu, transformer, tokenizer, store, beginId },
      ...reading,
    });
    const documents = contextOf(readings.of(preset));
    const { calibration, settings } = documents;
    const answers: AnswerContext = {
      gpu,
      model,
      transformer,
      calibration,
      read: undefined,
      cache: undefined,
    };
    return {
      documents,
      documentsIn: (name) => contextOf(readings.of(name)),
      documentsOf: (fingerprint) => contextOf(readings.byFingerprint(fingerprint)),
      answers,
      heldFor,
      tuning,
      calibration: describe(calibration, settings),
      presets: readings.presets,
      dispose: () => {
        answers.cache?.dispose();
        weights.dispose();
        gpu.dispose();
      },
    };
  } catch (error) {
    const lost = await lossBehind(gpu, error);
    weights.dispose();
    gpu.dispose();
    throw lost ?? error;
  }
}

function describe(
  { origin, preset, scoring, measured }: Calibration,
  { heads, exitLayer }: ReadSettings,
): CalibrationInfo {
  return { origin, preset, scoring, heads: heads.map(headName), exitLayer, measured };
}

/**
 * The loss of the device that made work fail, if that was why: a call on a lost device may fail in a way of its own first, which is
 * the cause then.
 */
export async function lossBehind(gpu: Gpu, error: unknown): Promise<DeviceLostError | undefined> {
  const isExplained =
    error instanceof LongreadError &&
    !['DeviceLost', 'ShaderCompile', 'WebGpuUnavailable'].includes(error.code);
  if (isExplained) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const none = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, lossShowsMs, undefined)));
  try {
    const lost = await Promise.race([gpu.lost, none]);
    if (lost === undefined || lost === error) return lost;
    return new DeviceLostError(lost.message, lost.details, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
