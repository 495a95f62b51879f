// Recommended models on this device: what each takes by the memory plan of a load, held against what the device gives. No network.
import {
  LimitExceededError,
  OutOfMemoryError,
  WebGpuUnavailableError,
  type LongreadError,
  type Tuning,
} from '@longread/core';
import { plannedHeader, readRecommended, sourceOf, type PlannedHeader } from '@longread/formats';
import { createGpu, type Gpu } from '@longread/gpu';
import { checkMemory, orderModels, type MemoryPlan } from '@longread/planner';
import { openTuningStore } from '@longread/store';
import type { Recommendation, Recommendations } from '../api.ts';
import { deviceKey } from '../kernels/device-key.ts';
import { gpuHere, placeOf } from '../platform.ts';
import { loadPlan } from './load-plan.ts';

/** What is asked for at a time: less than a model's largest matrix, which a device may have no room for in one piece. */
const pieceBytes = 64 * 1024 * 1024;

/** @throws DeviceLostError */
export async function recommendHere({ gpu }: { readonly gpu?: GPU }): Promise<Recommendations> {
  const device = await deviceOf(gpu ?? gpuHere());
  try {
    return await recommendOn(device, 'facts' in device ? await tuningOf(device) : undefined);
  } finally {
    if ('facts' in device) device.dispose();
  }
}

/**
 * Of the list those that can be fetched by a name. A device that computes on the processor is not asked for memory: it would take that of
 * the whole machine, and clear it.
 * @param device or why there is none
 */
export async function recommendOn(
  device: Pick<Gpu, 'facts' | 'recorder' | 'owner'> | LongreadError,
  tuning: Tuning | undefined,
): Promise<Recommendations> {
  const { date, models } = readRecommended();
  const gpu = 'facts' in device ? device : undefined;
  const planned = models.flatMap((model) => {
    const source = sourceOf(model);
    if (source === undefined) return [];
    const header = plannedHeader(model);
    return [{ model, source, header, plan: loadPlan(gpu?.recorder.ownBytes ?? 0, header, undefined) }];
  });
  const most = Math.max(0, ...planned.map(({ plan }) => plan.memory.totalBytes));
  const isSoftware = gpu?.facts.isSoftware ?? false;
  const gpuBytes = gpu && !isSoftware ? await roomOf(gpu, most) : undefined;
  const told = planned.map(({ model, source, header, plan: { memory, settings } }): Recommendation => {
    const reason = 'facts' in device ? whyNot(model.name, memory, device, gpuBytes) : device.message;
    return {
      name: model.name,
      model: source,
      parameters: model.parameters,
      licence: model.licence,
      goodAt: model.goodAt,
      isMeasured: model.facts === 'measured here',
      contextLength: header.config.contextLength,
      fileBytes: model.file.bytes ?? undefined,
      gpuBytes: memory.totalBytes,
      readTokensPerSecond: tuning && speedOf(tuning, header, settings.exitLayer),
      fits: reason === undefined,
      ...(reason !== undefined && { reason }),
    };
  });
  return { date, gpuBytes, models: orderModels(told, isSoftware) };
}

/** The device, or why there is none that a model could run on. */
async function deviceOf(api: GPU | undefined): Promise<Gpu | LongreadError> {
  try {
    return await createGpu(api);
  } catch (error) {
    if (error instanceof WebGpuUnavailableError || error instanceof LimitExceededError) return error;
    throw error;
  }
}

/** What a load would refuse. */
function whyNot(
  name: string,
  memory: MemoryPlan,
  { facts }: Pick<Gpu, 'facts'>,
  gpuBytes = Infinity,
): string | undefined {
  try {
    checkMemory(memory, facts);
  } catch (error) {
    if (error instanceof LimitExceededError) return error.message;
    throw error;
  }
  const need = memory.totalBytes;
  if (need <= gpuBytes) return undefined;
  return `${name} needs ${inMegabytes(need)} MB of GPU memory, and this device gave ${inMegabytes(gpuBytes)} MB when it was asked.`;
}

const inMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** GPU memory that the device gives, up to `most` bytes: WebGPU tells of no other way how much there is. It gets it back at once. */
async function roomOf(gpu: Pick<Gpu, 'owner'>, most: number): Promise<number> {
  const owner = gpu.owner('room for a model');
  let given = 0;
  try {
    while (given < most) {
      const piece = Math.min(pieceBytes, most - given);
      owner.storage('piece', piece);
      await owner.settled();
      given += piece;
    }
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
  } finally {
    owner.dispose();
  }
  return given;
}

/** What was measured on this device, under whatever version of the kernels. */
async function tuningOf(gpu: Gpu): Promise<Tuning | undefined> {
  const { storage } = placeOf({ worker: undefined, gpu: undefined, storage: undefined });
  return storage === 'indexeddb' ? openTuningStore().find(deviceKey(gpu)) : undefined;
}

/** Tokens a second of a reading in which nothing took time but the products of the layers that it runs, at the fastest that was measured. */
function speedOf({ rows }: Tuning, { tensors }: PlannedHeader, exitLayer: number): number | undefined {
  const fastest = Math.max(0, ...rows.map(({ kernel, gflops = 0 }) => (kernel === 'matmul' ? gflops : 0)));
  if (fastest === 0) return undefined;
  const weights = tensors.reduce(
    (sum, { id, layout }) => ('layer' in id && id.layer < exitLayer ? sum + layout.rows * layout.cols : sum),
    0,
  );
  return (fastest * 1e9) / (2 * weights);
}
