// The strategy cascade.
import type { Gpu } from '@longread/gpu';
import { evictingMemory } from '@longread/planner';
import { createFading } from '../forward/fading.ts';
import type { Transformer } from '../forward/transformer.ts';
import { lateScript } from '../late-script.ts';
import { createEvictingReader, type EvictingReader, type EvictingReaderOptions } from './evicting.ts';
import { keeping } from './keeping.ts';

/**
 * Cascading KV cache, arXiv 2406.17808: the first entries, and four buffers of which each takes half as many tokens as the one before; where
 * one does not take a token, it competes with the newest there by the attention that both received, which fades. Reading does
 * not need the question.
 */
export const cascade = keeping({
  once: false,
  memory: (config, shape) => [evictingMemory(config, shape)],
  createReader: ({ context: { gpu, transformer } }, settings) =>
    createCascadeReader(gpu, transformer, settings),
});

/** @throws NetworkError | ShaderCompileError | OutOfMemoryError | LimitExceededError */
export async function createCascadeReader(
  gpu: Gpu,
  transformer: Transformer,
  { budget, chunkSize, recent }: Omit<EvictingReaderOptions, 'rule' | 'fading'>,
): Promise<EvictingReader> {
  const { cascadeFading, cascadeRule: rule } = await lateScript(() => import('./compared.ts'));
  const fading = await createFading(gpu, transformer.config, cascadeFading(budget));
  return createEvictingReader(gpu, transformer, { rule, fading, budget, chunkSize, recent });
}
