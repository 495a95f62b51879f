// Attention of one token over the packed cache: splits of the keys each on its own, then put together.
import { groupsFor, type DeviceTraits } from '../kernel.ts';
import packedRows from '../lib/packed-rows.wgsl?raw';
import quadPlaces from '../lib/quad-places.wgsl?raw';
import quadSubgroups from '../lib/quad-subgroups.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import quadBarriers from './quad-barriers.wgsl?raw';
import quadLanes from './quad-lanes.wgsl?raw';
import reduce from './reduce.wgsl?raw';
import reduceLanes from './reduce-lanes.wgsl?raw';
import rowParts from './row-parts.wgsl?raw';
import splitQuad from './split-quad.wgsl?raw';
import splitWorkgroup from './split-workgroup.wgsl?raw';
import split from './split.wgsl?raw';

/** Of four query heads: unnormalised outputs, then their highest scores, then their sums of exp(score - highest). */
const partialShape = 'vec4f [num_kv_heads, ceil(group_size / 4), num_splits, head_dim + 2]';

/** vec4f of one KV head's partial results of one split: up to four query heads' outputs, maxima and sums. */
export function partialVectors(headDim: number): number {
  return headDim + 2;
}

/** Lanes of a workgroup at most: as far as workgroup memory reaches. */
const maxLanes = 32;
/** Subgroups of a software adapter, whose lanes can hold many registers. */
const softwareLanes = 4;

/** What split-workgroup.wgsl's workgroup memory holds: keys of a split, and elements of a head. */
const mostKeys = 128;
const longestHead = 256;

/** A split of 64 keys a quad of lanes, in either way to share among the four. */
const splitBody = {
  source: split,
  overrides: {},
  shapes: { head_dim: { multipleOf: 8 }, WORKGROUP_SIZE: { multipleOf: 4, max: maxLanes } },
  grid: (
    u: { readonly num_splits: number; readonly num_kv_heads: number; readonly group_size: number },
    o: { readonly WORKGROUP_SIZE: number },
  ) => [groupsFor(u.num_splits, o.WORKGROUP_SIZE / 4), u.num_kv_heads, groupsFor(u.group_size, 4)] as const,
  suits: ({ subgroupSize }: DeviceTraits) => ({
    WORKGROUP_SIZE: Math.max(4, Math.min(maxLanes, subgroupSize)),
  }),
} as const;

export const decodeAttentionSplit = defineOperation({
  name: 'decode-attention/split',
  bindings: {
    q: read('vec4f', 'f32 [num_heads * head_dim], rotated'),
    packed: read('vec4u', 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]: keys, then values'),
    partial: write('vec4f', partialShape),
  },
  uniforms: {
    // The first slot that is looked at, and how many are.
    first_key: 'u32',
    num_keys: 'u32',
    group_size: 'u32',
    head_dim: 'u32',
    capacity: 'u32',
    num_splits: 'u32',
    num_kv_heads: 'u32',
    scale: 'f32',
  },
  overrides: { WORKGROUP_SIZE: 4 },
  flops: (u) => 4 * u.num_kv_heads * u.group_size * u.head_dim * u.num_keys,
  bodies: {
    /** Queries and outputs in registers: the choice of a software adapter, for small heads. */
    quad: {
      source: splitQuad,
      library: [quadSubgroups, packedRows, quadLanes],
      features: ['subgroups'],
      overrides: { HEADS: 4 },
      shapes: {
        head_dim: { multipleOf: 8, max: 64 },
        WORKGROUP_SIZE: { min: 4, max: 4 },
        HEADS: { min: 1, max: 4 },
      },
      grid: (u) => [u.num_splits, u.num_kv_heads, groupsFor(u.group_size, 4)],
      suits: ({ subgroupSize }, { group_size = 4 }) =>
        subgroupSize === softwareLanes ? { HEADS: Math.min(4, group_size) } : undefined,
    },
    subgroup: {
      ...splitBody,
      library: [quadSubgroups, quadPlaces, packedRows],
      features: ['subgroups'],
    },
    plain: { ...splitBody, library: [quadBarriers, packedRows] },
    /** For GPUs: as many splits as it takes to occupy one. */
    workgroup: {
      source: splitWorkgroup,
      library: [
        `const MOST_KEYS = ${mostKeys}u;\nconst MAX_VECTORS = ${longestHead / 4}u;\n`,
        packedRows,
        rowParts,
      ],
      overrides: { WORKGROUP_SIZE: 64, HEADS: 4 },
      shapes: {
        head_dim: { multipleOf: 8, max: longestHead },
        WORKGROUP_SIZE: { multipleOf: 8, max: 64 },
        HEADS: { min: 1, max: 4 },
      },
      grid: (u) => [u.num_splits, u.num_kv_heads, groupsFor(u.group_size, 4)],
      suits: (_, { group_size = 4 }) => ({ HEADS: Math.min(4, group_size) }),
    },
  },
});

/** Keys of a split at least, where there are so many: what a workgroup does besides is about as much. */
const fewestKeys = 32;
/** Workgroups that occupy a large GPU. */
const fullDevice = 256;

/**
 * Splits of `numKeys` keys by a kernel of `decodeAttentionSplit` for `numBlocks` blocks of up to four query heads that share a KV head: as in
 * split-quad.wgsl and split.wgsl; of split-workgroup.wgsl enough to occupy a device.
 */
export function splitsOf({ name }: { readonly name: string }, numKeys: number, numBlocks: number): number {
  const { quad, workgroup } = decodeAttentionSplit.bodies;
  if (name !== workgroup.name) return groupsFor(numKeys, name === quad.name ? 128 : 64);
  const enough = Math.min(groupsFor(numKeys, fewestKeys), groupsFor(fullDevice, numBlocks));
  return Math.max(groupsFor(numKeys, mostKeys), enough);
}

export const decodeAttentionReduce = defineOperation({
  name: 'decode-attention/reduce',
  bindings: {
    partial: read('vec4f', partialShape),
    y: write('vec4f', 'f32 [num_heads * head_dim]'),
  },
  uniforms: { num_heads: 'u32', group_size: 'u32', head_dim: 'u32', num_splits: 'u32' },
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_splits,
  bodies: {
    plain: {
      source: reduce,
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { head_dim: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.head_dim / 4, o.WORKGROUP_SIZE), u.num_heads, 1],
    },
    /** For GPUs: many splits at a time. */
    lanes: {
      source: reduceLanes,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 8 }, WORKGROUP_SIZE: { multipleOf: 2 } },
      grid: (u) => [u.head_dim / 8, u.num_heads, 1],
    },
  },
});
