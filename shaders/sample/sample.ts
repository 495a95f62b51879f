// Picks the next token from logits on the device: greedy, or temperature with top-k, top-p and min-p; repetition penalty first.
import { defineOperation, read, write } from '../operation.ts';
import bestOfLanes from './best-of-lanes.wgsl?raw';
import gumbel from './gumbel.wgsl?raw';
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
      library: [bestOfLanes, gumbel],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { vocab_size: { max: 2 ** 24 - 1 }, WORKGROUP_SIZE: { max: 64 } },
      grid: () => [1, 1, 1],
    },
  },
});
