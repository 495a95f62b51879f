// Embedding lookup: token ids to rows of hidden states. Of an embedding in several parts each gives the rows that it has.
import { groupsFor } from '../kernel.ts';
import weights from '../lib/weights.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

export const embeddingLookup = defineOperation({
  name: 'embedding-lookup',
  bindings: {
    quants: read('u32', 'canonical layout [num_rows, hidden_size]'),
    scales: read('u32', 'canonical layout'),
    ids: read('u32', 'u32 [num_tokens]'),
    y: write('vec4f', 'f32 [num_tokens, hidden_size]'),
  },
  uniforms: { num_tokens: 'u32', hidden_size: 'u32', first_row: 'u32', num_rows: 'u32', scale: 'f32' },
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  flops: (u) => 4 * u.num_tokens * u.hidden_size,
  bodies: {
    plain: {
      source: plain,
      library: [weights],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { hidden_size: { multipleOf: 8 } },
      grid: (u, o) => [groupsFor(u.hidden_size, 8 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});
