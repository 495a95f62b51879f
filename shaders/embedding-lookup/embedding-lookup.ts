// Embedding lookup: token ids to rows of hidden states.
import { defineKernel, groupsFor } from '../kernel.ts';
import weights from '../lib/weights.wgsl?raw';
import source from './embedding-lookup.wgsl?raw';

export const embeddingLookup = defineKernel({
  name: 'embedding-lookup',
  source: weights + source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [vocab_size, hidden_size]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'ids', access: 'read', shape: 'u32 [num_tokens]' },
    { name: 'y', access: 'read_write', shape: 'f32 [num_tokens, hidden_size]' },
  ],
  uniforms: [
    { name: 'num_tokens', type: 'u32' },
    { name: 'hidden_size', type: 'u32' },
  ],
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32, WORKGROUP_SIZE: 64 },
  shapes: { hidden_size: { multipleOf: 8 } },
  grid: (u, o) => [groupsFor(u.hidden_size, 8 * o.WORKGROUP_SIZE), u.num_tokens, 1],
  flops: (u) => 4 * u.num_tokens * u.hidden_size,
});
