// Picks the next token from logits on the device: greedy, or temperature with top-k, top-p and min-p; repetition penalty first. By one
// workgroup where the draw is restricted; else by as many as the vocabulary has chunks, and one that takes the best of their candidates.
import { groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import best from './best.wgsl?raw';
import bestOfLanes from './best-of-lanes.wgsl?raw';
import chunks from './chunks.wgsl?raw';
import gumbel from './gumbel.wgsl?raw';
import penalise from './penalise.wgsl?raw';
import plain from './plain.wgsl?raw';

export const sample = defineOperation({
  name: 'sample',
  bindings: {
    logits: write('f32', 'f32 [vocab_size]; penalised in place'),
    history: read('u32', 'u32 [*]; the first history_size ids are penalised, each once'),
    token: write('u32', 'u32 [1]'),
  },
  uniforms: {
    vocab_size: 'u32',
    history_size: 'u32',
    temperature: 'f32',
    top_k: 'u32',
    top_p: 'f32',
    min_p: 'f32',
    repetition_penalty: 'f32',
    seed: 'u32',
    step: 'u32',
  },
  flops: (u) => 8 * u.vocab_size,
  bodies: {
    plain: {
      source: plain,
      library: [bestOfLanes, gumbel, penalise],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { vocab_size: { max: 2 ** 24 - 1 }, WORKGROUP_SIZE: { max: 64 } },
      grid: () => [1, 1, 1],
    },
  },
});

const candidatesShape =
  'vec4u [num_chunks]: highest logit, best score (f32 bits), best id, id of the highest';

/** Logits of a workgroup: few where it takes that to occupy a large GPU, but some for each lane. As in chunks.wgsl. */
export function chunkSizeOf(vocabSize: number): number {
  return Math.min(512, Math.max(128, groupsFor(vocabSize, 256)));
}

/** Workgroups, and candidates, of an unrestricted draw. */
export function chunksOf(vocabSize: number): number {
  return groupsFor(vocabSize, chunkSizeOf(vocabSize));
}

export const sampleChunks = defineOperation({
  name: 'sample/chunks',
  bindings: {
    logits: write('f32', 'f32 [vocab_size]; penalised in place'),
    history: read('u32', 'u32 [*]; the first history_size ids are penalised, each once'),
    candidates: write('vec4u', candidatesShape),
  },
  uniforms: {
    vocab_size: 'u32',
    history_size: 'u32',
    temperature: 'f32',
    repetition_penalty: 'f32',
    seed: 'u32',
    step: 'u32',
  },
  flops: (u) => 8 * u.vocab_size,
  bodies: {
    plain: {
      source: chunks,
      library: [bestOfLanes, gumbel, penalise],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { vocab_size: { max: 2 ** 24 - 1 }, WORKGROUP_SIZE: { max: 64 } },
      grid: (u) => [chunksOf(u.vocab_size), 1, 1],
    },
  },
});

export const sampleBest = defineOperation({
  name: 'sample/best',
  bindings: { candidates: read('vec4u', candidatesShape), token: write('u32', 'u32 [1]') },
  uniforms: { num_chunks: 'u32', temperature: 'f32' },
  flops: (u) => 8 * u.num_chunks,
  bodies: {
    plain: {
      source: best,
      library: [bestOfLanes],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { WORKGROUP_SIZE: { max: 64 } },
      grid: () => [1, 1, 1],
    },
  },
});
