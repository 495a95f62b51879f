// Plans the GPU memory of work before it starts, refuses what exceeds the device's limits, and reports the plan beside what it took.
import type { ReadSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { checkMemory, keysOf, planMemory, type MemoryItem } from '@longread/planner';
import type { MemoryStats } from '../api.ts';
import type { Transformer } from '../forward/transformer.ts';
import { createMemorySamples, type MemorySamples } from './memory-samples.ts';

/** Work on a device, and what it is planned to need. */
export interface PlannedWork<T> {
  /** Phase after phase, beside what the engine holds already. */
  readonly phases: readonly (readonly MemoryItem[])[];
  /** Settings of the documents that it opens beside those that are open; none by default. */
  readonly moreDocuments?: readonly ReadSettings[];
  readonly run: () => Promise<T>;
}

export interface Measured<T> {
  readonly value: T;
  readonly memory: MemoryStats;
}

/**
 * @param heldFor what the engine holds while work over so many keys runs: its model, its open documents.
 * @param over takes samples where the work reports; told here when it begins and ends.
 * @throws LimitExceededError before the work starts, naming the item and what to change | what the work throws
 */
export async function measured<T>(
  gpu: Gpu,
  transformer: Pick<Transformer, 'maxKeys' | 'reach'>,
  heldFor: (numKeys: number) => readonly MemoryItem[],
  { phases, run }: PlannedWork<T>,
  over: MemorySamples = createMemorySamples(),
): Promise<Measured<T>> {
  const { maxKeys } = transformer;
  const numKeys = keysOf([...heldFor(maxKeys), ...phases.flat(), { numKeys: maxKeys }]);
  const held = heldFor(numKeys);
  const plans = phases.map((items) => planMemory([...held, ...items]));
  plans.forEach((each) => checkMemory(each, gpu.facts));
  const plan = plans.reduce((most, each) => (each.totalBytes > most.totalBytes ? each : most));
  gpu.takePeak();
  over.begin(() => gpu.takePeak());
  await transformer.reach(numKeys);
  const value = await run();
  over.take();
  const { peakBytes, samples } = over;
  const memory = {
    plannedBytes: plan.totalBytes,
    peakBytes,
    samples,
    items: plan.items.map(({ name, bytes }) => ({ name, bytes })),
  };
  return { value, memory };
}
