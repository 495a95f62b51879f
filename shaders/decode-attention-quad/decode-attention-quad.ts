// Decode attention by quads of lanes that keep queries and outputs in registers: the choice of a software adapter, for small heads.
import { decodeAttention } from '../decode-attention/decode-attention.ts';
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/decode-attention.wgsl?raw';
import held from '../lib/decode-quad.wgsl?raw';
import rows from '../lib/packed-rows.wgsl?raw';
import quad from '../lib/quad-subgroups.wgsl?raw';
import source from './decode-attention-quad.wgsl?raw';

/** Keys per split; as in decode-attention-quad.wgsl. */
const splitKeys = 128;

/** Splits of that many keys. */
export function quadSplits(numKeys: number): number {
  return groupsFor(numKeys, splitKeys);
}

export const decodeAttentionQuad = defineKernel({
  ...decodeAttention,
  name: 'decode-attention-quad',
  features: ['subgroups'],
  source: quad + rows + shared + held + source,
  overrides: { WORKGROUP_SIZE: 4, HEADS: 4 },
  shapes: {
    head_dim: { multipleOf: 8, max: 64 },
    WORKGROUP_SIZE: { min: 4, max: 4 },
    HEADS: { min: 1, max: 4 },
  },
  grid: (u) => [u.num_splits, u.num_kv_heads, groupsFor(u.group_size, 4)],
});
