// Root-mean-square normalisation (Zhang & Sennrich, arXiv 1910.07467).
import { defineKernel } from '../kernel.ts';
import source from './rms-norm.wgsl?raw';

export const rmsNorm = defineKernel({
  name: 'rms-norm',
  source,
  bindings: [
    { name: 'x', access: 'read', shape: 'f32 [num_tokens, hidden_size]' },
    { name: 'w', access: 'read', shape: 'f32 [hidden_size]' },
    { name: 'y', access: 'read_write', shape: 'f32 [num_tokens, hidden_size]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'hidden_size', type: 'u32' },
    { name: 'eps', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { hidden_size: { multipleOf: 4 } },
  grid: (u) => [u.num_tokens, 1, 1],
  flops: (u) => 4 * u.num_tokens * u.hidden_size,
});
