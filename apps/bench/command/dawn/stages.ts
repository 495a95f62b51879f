// The stages in a process of Node, on the adapter that Dawn finds. Loaded through Vite, which knows how to import WGSL.
import { openAsBlob } from 'node:fs';
import type { TuningStore } from '@longread/store';
import { openModel } from 'longread/stages';
import { createBed, type Bed } from '../../pages/stages/bed.ts';
import type { ShapeName, StageCalls } from '../../pages/stages/driver.ts';
import { createStages } from '../../pages/stages/stages.ts';
import { syntheticModel } from '../../pages/stages/synthetic.ts';

/** A model file on this machine, or weights made from a seed. */
export type LocalModel = { readonly path: string } | { readonly shape: ShapeName };

export interface OpenStages {
  readonly calls: StageCalls;
  readonly bed: Bed;
  /** Gives the device back, with all that is on it. */
  readonly close: () => void;
}

/** Opens a device of its own, with the model's weights on it if there is a model; kernels are timed where `tuningStore` has none. */
export async function openStages(
  api: GPU,
  model: LocalModel | undefined,
  tuningStore: TuningStore,
): Promise<OpenStages> {
  const bed = await createBed({ api, model: await open(model), tuningStore });
  return { calls: createStages(bed), bed, close: () => bed.gpu.dispose() };
}

async function open(model: LocalModel | undefined) {
  if (model === undefined) return undefined;
  if ('shape' in model) return syntheticModel(model.shape);
  return openModel({ model: await openAsBlob(model.path) });
}
