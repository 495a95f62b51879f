// What a model would take, from its header alone: the way of a load up to where it would fetch, hash or upload weights.
import { LimitExceededError, LongreadError, OutOfMemoryError, WebGpuUnavailableError } from '@longread/core';
import { defaultHub, findStored, isHubId, parseHubId, type ModelHeader } from '@longread/formats';
import { createGpu, type Gpu } from '@longread/gpu';
import { checkMemory } from '@longread/planner';
import { openWeightsCache, type StoredModel, type WeightsCache } from '@longread/weights-cache';
import type { ModelPlan, ModelSource, PlanModelOptions, PlanOptions } from '../api.ts';
import { openModel } from '../load.ts';
import { addressesOf } from '../model/fetch-model.ts';
import { addressOf } from '../model/address.ts';
import { isFiles } from '../model/is-files.ts';
import { gpuHere, placeOf } from '../platform.ts';
import { checkLoad, loadPlan } from './load-plan.ts';

/** Ends a load that was begun for its header. */
class HeaderRead extends Error {}

/** What a model's files say before its weights are there. */
interface LookedAt {
  readonly header: ModelHeader;
  readonly sizeBytes: number;
}

/**
 * Plans a model by itself, on a device that is let go of: asks that for the memory, as a load would, and gives it back.
 * @throws NetworkError | ModelFormatError | InvalidInputError | AbortedError
 */
export async function planModelHere(model: ModelSource, options: PlanModelOptions): Promise<ModelPlan> {
  const { gpu: given, cache = true, ...rest } = options;
  const { storage } = placeOf({ worker: undefined, gpu: given, storage: undefined });
  const kept = cache && storage === 'indexeddb' ? openWeightsCache() : undefined;
  let gpu: Gpu | undefined;
  try {
    const looked = await lookAt(model, rest, kept);
    const reason = await whyNot(async () => {
      gpu = await createGpu(given ?? gpuHere());
      await checkLoad(gpu, looked.header, rest.read);
    });
    return await planOf(model, looked, rest, kept, gpu?.recorder.ownBytes ?? 0, reason);
  } finally {
    gpu?.dispose();
    kept?.close();
  }
}

/** Plans a model for a device that another one is on: by the device's limits alone. @throws as {@link planModelHere} */
export async function planModelBeside(
  gpu: Gpu,
  model: ModelSource,
  options: PlanOptions,
  kept: WeightsCache | undefined,
): Promise<ModelPlan> {
  const looked = await lookAt(model, options, kept);
  const { ownBytes: recorderBytes } = gpu.recorder;
  const reason = await whyNot(() =>
    checkMemory(loadPlan(recorderBytes, looked.header, options.read).memory, gpu.facts),
  );
  return planOf(model, looked, options, kept, recorderBytes, reason);
}

async function lookAt(
  model: ModelSource,
  { hub, weights, signal }: PlanOptions,
  cache: WeightsCache | undefined,
): Promise<LookedAt> {
  let looked: LookedAt | undefined;
  const check = (header: ModelHeader, sizeBytes: number): Promise<never> => {
    looked = { header, sizeBytes };
    return Promise.reject(new HeaderRead());
  };
  const named = { ...(hub !== undefined && { hub }), ...(signal && { signal }) };
  await openModel({ model, weights, cache, check, looksOnly: true, ...named }).catch((error: unknown) => {
    if (!(error instanceof HeaderRead)) throw error;
  });
  if (!looked) throw new Error('Longread bug: a model was opened without a look at its header');
  return looked;
}

async function planOf(
  model: ModelSource,
  { header, sizeBytes }: LookedAt,
  options: PlanOptions,
  kept: WeightsCache | undefined,
  recorderBytes: number,
  reason: string | undefined,
): Promise<ModelPlan> {
  const { name, contextLength } = header.config;
  const storedBytes = isFiles(model) ? sizeBytes : await storedOf(model, options.hub, kept);
  return {
    kind: 'model',
    name,
    contextLength,
    fileBytes: sizeBytes,
    fetchBytes: Math.max(0, sizeBytes - storedBytes),
    gpuBytes: loadPlan(recorderBytes, header, options.read).memory.totalBytes,
    fits: reason === undefined,
    ...(reason !== undefined && { reason }),
  };
}

/** Bytes that are kept of the model, whole or cut. */
async function storedOf(
  model: Exclude<ModelSource, Blob | readonly Blob[]>,
  hub = defaultHub,
  kept: WeightsCache | undefined,
): Promise<number> {
  const stored: readonly StoredModel[] = (await kept?.list().catch(() => undefined)) ?? [];
  const address = addressOf(model);
  const complete = stored.filter((file) => file.complete);
  const urls = isHubId(address)
    ? (findStored(parseHubId(address), hub, complete) ?? [])
    : addressesOf(address, stored);
  return stored.reduce((sum, { url, sizeBytes }) => (urls.includes(url) ? sum + sizeBytes : sum), 0);
}

/** What a check that fails says, where it is about this device. @throws what is about the model */
async function whyNot(check: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    const isOfDevice =
      error instanceof LimitExceededError ||
      error instanceof OutOfMemoryError ||
      error instanceof WebGpuUnavailableError;
    if (isOfDevice && error instanceof LongreadError) return error.message;
    throw error;
  }
}
