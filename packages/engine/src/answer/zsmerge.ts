// The strategy zsmerge.
import type { Gpu } from '@longread/gpu';
import { h2oRule, mergingMemory } from '@longread/planner';
import { createFading } from '../forward/fading.ts';
import type { Transformer } from '../forward/transformer.ts';
import { createWeighing } from '../forward/weighing.ts';
import { lateScript } from '../late-script.ts';
import { createEvictingReader, type EvictingReader, type EvictingReaderOptions } from './evicting.ts';
import { keeping } from './keeping.ts';

/**
 * ZSMerge, arXiv 2503.10714: of every layer and KV head the newest entries and those that received most attention, which fades; all others are
 * merged into one, which attention counts as often as tokens went into it. An answer is read token by token, as attention in decode counts
 * every key once. Reading does not need the question.
 */
export const zsmerge = keeping({
  once: false,
  answerChunk: 1,
  memory: (config, shape) => [mergingMemory(config, shape)],
  createReader: ({ context: { gpu, transformer } }, settings) =>
    createMergingReader(gpu, transformer, settings),
});

/** @throws NetworkError | ShaderCompileError | OutOfMemoryError | LimitExceededError */
export async function createMergingReader(
  gpu: Gpu,
  transformer: Transformer,
  { budget, chunkSize, recent }: Pick<EvictingReaderOptions, 'budget' | 'chunkSize' | 'recent'>,
): Promise<EvictingReader> {
  const { createMerging, mergeFading } = await lateScript(() => import('./merge-kept.ts'));
  const { config } = transformer;
  const [fading, weigh] = await Promise.all([createFading(gpu, config, mergeFading), createWeighing(gpu)]);
  const merging = createMerging(gpu, config, budget, weigh);
  return createEvictingReader(gpu, transformer, {
    rule: h2oRule, // of which layers that slide and chunks that fit need only that scores add up
    fading,
    merging,
    budget,
    chunkSize,
    recent,
  });
}
