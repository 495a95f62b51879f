// A tiny seeded model on this browser's device, for tests of the stages and of the whole engine.
import { createGpu, type Gpu } from '@longread/gpu';
import type { ModelFile } from '@longread/formats';
import { tinyLlama } from '@longread/formats/testing';
import { Random, type ReadSettings } from '@longread/core';
import type { Engine, EngineOptions } from '../api.ts';
import { createTransformer, type Transformer } from '../forward/transformer.ts';
import { createEngine } from '../index.ts';
import { openModel, uploadModel, type Model } from '../load.ts';

/** Of the tiny model's heads. */
export const tinyHeadDim = 16;

const tinyModel = (): Blob => new Blob([tinyLlama(7, { headDim: tinyHeadDim })]);

/** Small chunks, so that short texts have several, and heads of the tiny model's first two layers. */
export const tinySettings: ReadSettings = {
  chunkSize: 64,
  budget: 96,
  recent: 24,
  exitLayer: 3,
  heads: [
    { layer: 2, type: 'Q', head: 1 },
    { layer: 1, type: 'K', head: 0 },
    { layer: 0, type: 'V', head: 1 },
    { layer: 2, type: 'V', head: 0 },
  ],
};

export interface TinyStage {
  readonly gpu: Gpu;
  /** What `model` was made of, for references. */
  readonly file: ModelFile;
  readonly model: Model;
  readonly transformer: Transformer;
}

/** Device, model and transformer without an engine around them; dispose of the gpu at the end. */
export async function createTinyStage(maxTokens: number, maxKeys: number): Promise<TinyStage> {
  const gpu = await createGpu(navigator.gpu);
  const owner = gpu.owner('tiny');
  const opened = await openModel({ model: tinyModel() });
  const model = await uploadModel(gpu, owner, opened, {});
  const transformer = await createTransformer(gpu, owner, model, { maxTokens, maxKeys });
  return { gpu, file: opened.file, model, transformer };
}

/** An engine in place, over a database of its own unless one is named. */
export function createTinyEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  return createEngine({
    model: tinyModel(),
    worker: false,
    tune: false, // what was fastest differs from run to run, and answers are compared bit for bit
    read: tinySettings,
    database: `test ${crypto.randomUUID()}`,
    ...options,
  });
}

/** Seeded words: no two stretches alike, so that searches have something to find. */
export function tinyProse(numWords: number, seed = 1): string {
  const words = 'the rain wind harbour and on in there ship sail where thing sand other wander then'.split(
    ' ',
  );
  const random = new Random(seed);
  return `${Array.from({ length: numWords }, () => random.pick(words)).join(' ')}.`;
}
