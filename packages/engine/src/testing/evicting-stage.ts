// A tiny model that reads chunks of all lengths by either kind of attention: what strategies are held to that evict by attention that fades.
import type { BufferOwner } from '@longread/gpu';
import { expect } from 'vitest';
import type { EvictingReader, EvictingReaderOptions } from '../answer/evicting.ts';
import { createTransformer, type Transformer } from '../forward/transformer.ts';
import { gpuChoice } from './golden.ts';
import { createTinyStage, tinySettings, type TinyStage } from './tiny.ts';

export const attentionKinds = ['stages', 'one dispatch'] as const;

/** A chunk has rows of two tiles. */
export const evictingSettings = { ...tinySettings, chunkSize: 160 };
const { budget, chunkSize } = evictingSettings;

/** Chunks of all lengths, one of a token, one of fewer than a buffer of cascade has slots; the cache is full from the third on. */
const starts = [0, 64, 80, 240, 241, 401, 415, 460];
const ids = Uint32Array.from({ length: 460 }, (_, i) => 3 + ((i * 7919) % 256));
export const evictedChunks = starts.slice(0, -1).map((start, i) => ids.slice(start, starts[i + 1]));

export interface EvictingStage extends Pick<TinyStage, 'gpu' | 'file'> {
  readonly byKind: Readonly<Record<(typeof attentionKinds)[number], Transformer>>;
  /** Behind the last token of a chunk. */
  logitsOf(transformer: Transformer, chunk: Uint32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): void;
}

export async function createEvictingStage(): Promise<EvictingStage> {
  const stage = await createTinyStage(chunkSize, 512);
  const { gpu, file, model, transformer } = stage;
  const owner: BufferOwner = gpu.owner('flash');
  const sizes = { maxTokens: chunkSize, maxKeys: 512 };
  const flash = await createTransformer(gpu, owner, model, sizes, gpuChoice(gpu, model.config));
  expect(flash.activations.attentionKind).toBe('flash');
  return {
    gpu,
    file,
    byKind: { stages: transformer, 'one dispatch': flash },
    logitsOf: async (reading, chunk) => {
      reading.head(chunk.length - 1);
      const { logits } = reading.activations;
      return new Float32Array(await gpu.recorder.read(logits, 0, 4 * reading.config.vocabSize));
    },
    dispose: () => [owner, stage].forEach((each) => each.dispose()),
  };
}

/**
 * A reader that goes on from what was saved gives the bits of one that was not interrupted.
 *
 * @param expectAlike of the two, after each chunk.
 */
export async function expectToGoOn(
  stage: EvictingStage,
  createReader: (
    gpu: EvictingStage['gpu'],
    transformer: Transformer,
    settings: Pick<EvictingReaderOptions, 'budget' | 'chunkSize' | 'recent'>,
  ) => Promise<EvictingReader>,
  expectAlike: (resumed: EvictingReader, whole: EvictingReader) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { gpu, byKind } = stage;
  const transformer = byKind.stages;
  const pass = { during: 'test' };
  const numBefore = 5;
  const whole = await createReader(gpu, transformer, evictingSettings);
  for (const chunk of evictedChunks.slice(0, numBefore)) await whole.read(chunk, budget, pass);
  const saved = await whole.save?.();
  const resumed = await createReader(gpu, transformer, evictingSettings);
  if (saved) resumed.restore?.(saved, starts[numBefore] ?? NaN);
  for (const chunk of evictedChunks.slice(numBefore)) {
    await whole.read(chunk, budget, pass);
    const want = await stage.logitsOf(transformer, chunk);
    await resumed.read(chunk, budget, pass);
    expect(await stage.logitsOf(transformer, chunk)).toEqual(want);
    await expectAlike(resumed, whole);
  }
  expect(saved).toBeDefined();
  expect(await resumed.save?.()).toEqual(await whole.save?.());
  [whole, resumed].forEach((reader) => reader.dispose());
}
