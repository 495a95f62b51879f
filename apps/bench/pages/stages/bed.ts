// What the measurements of the stages share: one device, one model, a clock around work on the queue.
import { invariant, Random } from '@longread/core';
import { createGpu, type BufferOwner, type Gpu } from '@longread/gpu';
import type { TuningStore } from '@longread/store';
import {
  defaultTuneLimitMs,
  tuneKernels,
  untestedChoice,
  uploadModel,
  type KernelChoice,
  type Model,
  type OpenedModel,
} from 'longread/stages';
import type { Work } from './driver.ts';

/** Sizes that the engine itself gives to its passes. */
export const passSize = { maxTokens: 1024, maxKeys: 8192 } as const;

export interface Bed {
  readonly gpu: Gpu;
  readonly owner: BufferOwner;
  /** @throws when the bed was made without a model. */
  readonly model: Model;
  /** The kernel variants that were fastest on this device, as the engine chooses them. */
  readonly choice: KernelChoice;
  /** Makes something once, on the first measurement that needs it. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
}

/** What a bed is made of; a page and a process of Node bring their own. */
export interface BedParts {
  readonly api: GPU | undefined;
  /** Undefined where no weights are wanted on the device. */
  readonly model: OpenedModel | undefined;
  readonly tuningStore: TuningStore;
}

export async function createBed({ api, model: opened, tuningStore }: BedParts): Promise<Bed> {
  const gpu = await createGpu(api);
  const owner = gpu.owner('bench');
  const model = opened === undefined ? undefined : await uploadModel(gpu, owner, opened, {});
  const choice = model === undefined ? untestedChoice(gpu) : await tune(gpu, model, tuningStore);
  const made = new Map<string, Promise<unknown>>();
  return {
    gpu,
    owner,
    get model() {
      invariant(model, 'the stages were opened without a model');
      return model;
    },
    choice,
    once: <T>(name: string, make: () => Promise<T>) => {
      const found = made.get(name) ?? make();
      made.set(name, found);
      return found as Promise<T>;
    },
  };
}

/** By measurement alone: whoever reads what a kernel computes tests it first. */
async function tune(gpu: Gpu, model: Model, tuningStore: TuningStore): Promise<KernelChoice> {
  const limits = { limitMs: defaultTuneLimitMs, chunkSize: passSize.maxTokens };
  const tuning = await tuneKernels(gpu, model, tuningStore, limits);
  await tuningStore.put(tuning);
  return untestedChoice(gpu, tuning.rows);
}

/** Runs `work` with an idle device before and after it; the time is the device's own where it tells it: of kernels, not of the host. */
export async function timedOnDevice(
  { gpu }: Bed,
  amount: Pick<Work, 'flops' | 'bytes'>,
  work: () => void | Promise<void>,
): Promise<Work> {
  const { ms } = await gpu.time(work);
  return { ...amount, ms };
}

/** Runs `work` with an idle device before and after it; the time is the wall's, as a reader would wait. */
export async function timed(
  { gpu }: Bed,
  amount: Pick<Work, 'flops' | 'bytes'>,
  work: () => void | Promise<void>,
): Promise<Work> {
  await gpu.recorder.finish();
  const start = performance.now();
  await work();
  await gpu.recorder.finish();
  return { ...amount, ms: performance.now() - start };
}

/** A device that was idle wakes up slowly: what takes less than this is repeated, and its mean is taken. */
const leastMs = 500;

/** As `timed`, of work that is done one behind the other until it has taken `leastMs`; the amount and the time are those of one. */
export async function timedSteadily(
  bed: Bed,
  amount: Pick<Work, 'flops' | 'bytes'>,
  work: () => void | Promise<void>,
): Promise<Work> {
  const first = await timed(bed, amount, work);
  const count = Math.ceil(leastMs / first.ms);
  if (count <= 1) return first;
  const all = await timed(bed, amount, async () => {
    for (let i = 0; i < count; i++) await work();
  });
  return { ...all, ms: all.ms / count };
}

/** Values of about unit size, the same at every run: zeros could be faster than what a model holds. */
export function noise(length: number): Float32Array<ArrayBuffer> {
  return new Random(1).f32(length);
}
