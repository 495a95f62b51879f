// Picks the next token from logits on the device: greedy, or temperature with top-k, top-p and min-p; repetition penalty first.
import { defineKernel } from '../kernel.ts';
import bestOfLanes from '../lib/best-of-lanes.wgsl?raw';
import gumbel from '../lib/gumbel.wgsl?raw';
import source from './sample.wgsl?raw';

export const sample = defineKernel({
  name: 'sample',
  source: bestOfLanes + gumbel + source,
  bindings: [
    { name: 'logits', access: 'read_write', shape: 'f32 [vocab_size]; penalised in place' },
    { name: 'history', access: 'read', shape: 'u32 [*]; the first history_size ids are penalised' },
    { name: 'token', access: 'read_write', shape: 'u32 [1]' },
  ],
  uniforms: [
    { name: 'vocab_size', type: 'u32' },
    { name: 'history_size', type: 'u32' },
    { name: 'temperature', type: 'f32' },
    { name: 'top_k', type: 'u32' },
    { name: 'top_p', type: 'f32' },
    { name: 'min_p', type: 'f32' },
    { name: 'repetition_penalty', type: 'f32' },
    { name: 'seed', type: 'u32' },
    { name: 'step', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { vocab_size: { max: 2 ** 24 - 1 }, WORKGROUP_SIZE: { max: 64 } },
  grid: () => [1, 1, 1],
  flops: (u) => 8 * u.vocab_size,
});
