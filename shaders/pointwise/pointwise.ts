// Numbers changed where they are, each by itself: scaled, or capped softly.
import { groupsFor } from '../kernel.ts';
import { defineOperation, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

/** Overrides that select what is done. */
export const pointwiseKinds = { scale: { CAP: 0 }, cap: { CAP: 1 } } as const;

export const pointwise = defineOperation({
  name: 'pointwise',
  bindings: { y: write('f32', 'f32 [*, size]') },
  uniforms: { first_token: 'u32', num_tokens: 'u32', size: 'u32', factor: 'f32' },
  overrides: { CAP: 0 },
  flops: (u) => 10 * u.num_tokens * u.size,
  bodies: {
    plain: {
      source: plain,
      overrides: { WORKGROUP_SIZE: 64 },
      grid: (u, o) => [groupsFor(u.size, o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});
