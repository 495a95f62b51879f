// What the measurements of the stages page share: one device, one model, a clock around work on the queue.
import { invariant, Random } from '@longread/core';
import { createGpu, type BufferOwner, type Gpu } from '@longread/gpu';
import { openTuningStore } from '@longread/store';
import {
  defaultTuneLimitMs,
  openModel,
  tuneKernels,
  untestedChoice,
  uploadModel,
  type KernelChoice,
  type Model,
} from 'longread/stages';
import type { Work } from './driver.ts';

/** Sizes that the engine itself gives to its passes. */
export const passSize = { maxTokens: 1024, maxKeys: 8192 } as const;

export interface Bed {
  readonly gpu: Gpu;
  readonly owner: BufferOwner;
  /** @throws when the page was opened without a model. */
  readonly model: Model;
  /** The kernel variants that were fastest on this device, as the engine chooses them. */
  readonly choice: KernelChoice;
  /** Makes something once, on the first measurement that needs it. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
}

export async function createBed(modelUrl: string | undefined): Promise<Bed> {
  const gpu = await createGpu(navigator.gpu);
  const owner = gpu.owner('bench');
  const model =
    modelUrl === undefined
      ? undefined
      : await uploadModel(gpu, owner, await openModel({ model: new URL(modelUrl, location.href) }), {});
  const choice = model === undefined ? untestedChoice(gpu) : await tune(gpu, model);
  const made = new Map<string, Promise<unknown>>();
  return {
    gpu,
    owner,
    get model() {
      invariant(model, 'the stages page was opened without a model');
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
async function tune(gpu: Gpu, model: Model): Promise<KernelChoice> {
  const limits = { limitMs: defaultTuneLimitMs, chunkSize: passSize.maxTokens };
  const { rows } = await tuneKernels(gpu, model, openTuningStore(), limits);
  return untestedChoice(gpu, rows);
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

/** Values of about unit size, the same at every run: zeros could be faster than what a model holds. */
export function noise(length: number): Float32Array<ArrayBuffer> {
  return new Random(1).f32(length);
}
