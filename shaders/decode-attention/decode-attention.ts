// Decode attention, first of two: one token against splits of the keys. In two ways to share among four lanes.
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/decode-attention.wgsl?raw';
import rows from '../lib/packed-rows.wgsl?raw';
import barriers from '../lib/quad-barriers.wgsl?raw';
import places from '../lib/quad-places.wgsl?raw';
import subgroups from '../lib/quad-subgroups.wgsl?raw';
import source from './decode-attention.wgsl?raw';

/** Keys per split; as in decode-attention.wgsl. */
const splitKeys = 64;

/** Splits of that many keys. */
export function decodeSplits(numKeys: number): number {
  return groupsFor(numKeys, splitKeys);
}

/** vec4f of one KV head's partial results of one split: up to four query heads' outputs, maxima and sums. */
export function partialVectors(headDim: number): number {
  return headDim + 2;
}

export const decodeAttention = defineKernel({
  name: 'decode-attention',
  features: ['subgroups'],
  source: subgroups + places + rows + shared + source,
  bindings: [
    { name: 'q', access: 'read', shape: 'f32 [num_heads * head_dim], rotated' },
    { name: 'packed', access: 'read', shape: 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]' },
    {
      name: 'partial',
      access: 'read_write',
      shape: 'vec4f [num_kv_heads, ceil(group_size / 4), num_splits, head_dim + 2]',
    },
  ],
  uniforms: [
    { name: 'num_keys', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'num_splits', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'scale', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: 4 },
  shapes: { head_dim: { multipleOf: 8 }, WORKGROUP_SIZE: { multipleOf: 4, max: 32 } },
  grid: (u, o) => [groupsFor(u.num_splits, o.WORKGROUP_SIZE / 4), u.num_kv_heads, groupsFor(u.group_size, 4)],
  flops: (u) => 4 * u.num_kv_heads * u.group_size * u.head_dim * u.num_keys,
});

/** For devices without subgroups. */
export const decodeAttentionBarriers = defineKernel({
  ...decodeAttention,
  name: 'decode-attention-barriers',
  variantOf: 'decode-attention',
  features: [],
  source: barriers + rows + shared + source,
});
