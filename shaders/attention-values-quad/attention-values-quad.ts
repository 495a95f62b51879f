// Probabilities times values of one tile of query rows, written for few loads and instructions: for devices with subgroups.
import { attentionValues } from '../attention-values/attention-values.ts';
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/attention-values.wgsl?raw';
import places from '../lib/quad-places.wgsl?raw';
import tiles from '../lib/quad-tiles.wgsl?raw';
import source from './attention-values-quad.wgsl?raw';

export const attentionValuesQuad = defineKernel({
  ...attentionValues,
  name: 'attention-values-quad',
  features: ['subgroups'],
  source: tiles + places + shared + source,
  shapes: { head_dim: { multipleOf: 8 }, key_stride: { multipleOf: 8 }, WORKGROUP_SIZE: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.head_dim, 32), groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE), u.num_heads],
});
