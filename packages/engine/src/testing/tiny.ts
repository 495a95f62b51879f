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

export const tinyModel = (): Blob => new Blob([tinyLlama(7, { headDim: tinyHeadDim })]);

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
  dispose(): void;
}

let device: Promise<Gpu> | undefined;

/** The device of all tests that need none of their own: what one of them compiled, the next one finds. The page ends it. */
export function sharedGpu(): Promise<Gpu> {
  device ??= createGpu(navigator.gpu);
  return device;
}

/** Model and transformer on the shared device, without an engine around them. */
export async function createTinyStage(maxTokens: number, maxKeys: number): Promise<TinyStage> {
  const gpu = await sharedGpu();
  const owner = gpu.owner('tiny');
  const opened = await openModel({ model: tinyModel() });
  const model = await uploadModel(gpu, owner, opened, {});
  const transformer = await createTransformer(gpu, owner, model, { maxTokens, maxKeys });
  return { gpu, file: opened.file, model, transformer, dispose: () => owner.dispose() };
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

/** Of the shared engine's documents. */
export const sharedDatabase = `test ${crypto.randomUUID()}`;
const engines = new Map<boolean, Promise<Engine>>();

/** The engine of all tests that need none of their own: compiling its kernels takes a software adapter seconds. The page ends it. */
export function sharedEngine({ worker } = { worker: false }): Promise<Engine> {
  const engine = engines.get(worker) ?? createTinyEngine({ worker, database: sharedDatabase });
  engines.set(worker, engine);
  return engine;
}

/** Seeded words: no two stretches alike, so that searches have something to find. */
export function tinyProse(numWords: number, seed = 1): string {
  const words = 'the rain wind harbour and on in there ship sail where thing sand other wander then'.split(
    ' ',
  );
  const random = new Random(seed);
  return `${Array.from({ length: numWords }, () => random.pick(words)).join(' ')}.`;
}
