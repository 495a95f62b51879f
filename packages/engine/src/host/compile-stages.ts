// Compiles the kernels of the stages beside a model's load, so that no later phase waits for a compiler that it cannot cancel.
import type { ModelConfig } from '@longread/core';
import type { Gpu, Kernel } from '@longread/gpu';
import { compileEmbeddings } from '../compress.ts';
import { compileEviction } from '../compressed-cache.ts';
import { compileSampler } from '../sampler.ts';
import { compileSearch } from '../score-batch.ts';

/** @throws ShaderCompileError */
export async function compileStages(gpu: Gpu, config: ModelConfig): Promise<readonly Kernel[]> {
  const [eviction, embeddings, search, sampler] = await Promise.all([
    compileEviction(gpu, config),
    compileEmbeddings(gpu),
    compileSearch(gpu),
    compileSampler(gpu),
  ]);
  return [...eviction, ...embeddings, ...search, ...Object.values(sampler)];
}
