// Rotary position embedding: of projected queries and keys on their way into the cache, and of the keys that were kept, by slot, so
// that positions stay contiguous after every eviction (design 3.1). Of a head the first rotary_dim elements rotate, which may be none.
import type { ModelConfig } from '@longread/core';
import { groupsFor } from '../kernel.ts';
import packedRows from '../lib/packed-rows.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import cache from './cache.wgsl?raw';
import kept from './kept.wgsl?raw';
import rotation from './rotation.wgsl?raw';
import token from './token.wgsl?raw';

const anglesShape = 'vec2f (cos, sin) [*, rotary_dim / 2]';
const cacheShape = 'f32 [num_kv_heads, capacity, head_dim]';

/**
 * HALF_PAIRS 0: elements (2i, 2i+1) of a head rotate together; 1: elements (i, i + rotary_dim / 2). IN_PART 0: rotary_dim is head_dim, for
 * the models of which that always holds; what it takes to find out cost rope/cache a tenth of its time on a software adapter.
 */
const overrides = { HALF_PAIRS: 0, IN_PART: 0 };

export const ropeCache = defineOperation({
  name: 'rope/cache',
  bindings: {
    qkv: read('vec4f', 'f32 [*, (num_heads + 2 num_kv_heads) * head_dim]'),
    angles: read('vec4f', anglesShape),
    q: write('vec4f', 'f32 [*, num_heads * head_dim]'),
    keys: write('vec4f', cacheShape),
    values: write('vec4f', cacheShape),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    first_slot: 'u32',
    num_heads: 'u32',
    num_kv_heads: 'u32',
    head_dim: 'u32',
    rotary_dim: 'u32',
    capacity: 'u32',
  },
  overrides,
  flops: (u) => 20 * u.num_tokens * (u.num_heads + 2 * u.num_kv_heads) * u.head_dim,
  bodies: {
    plain: {
      source: cache,
      library: [rotation],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { head_dim: { multipleOf: 8 }, rotary_dim: { multipleOf: 8 } },
      grid: (u, o) => [
        groupsFor(((u.num_heads + 2 * u.num_kv_heads) * u.head_dim) / 8, o.WORKGROUP_SIZE),
        u.num_tokens,
        1,
      ],
    },
  },
});

/** Elements of a head that workgroup memory holds. */
const maxHeadDim = 1024;

/** What comes between the projections of one token and its attention, in one dispatch. */
export const ropeToken = defineOperation({
  name: 'rope/token',
  fuses: ['bias', 'rms-norm/heads', 'rope/cache', 'packed-cache/pack'],
  bindings: {
    qkv: read('vec4f', 'f32 [(num_heads + 2 num_kv_heads) * head_dim]'),
    angles: read('vec4f', anglesShape),
    b: read('vec4f', 'f32 as qkv; anything where BIAS is 0'),
    w: read('vec4f', 'f32 [2, head_dim]: of query heads, of key heads; anything where NORMED is 0'),
    q: write('vec4f', 'f32 [num_heads * head_dim]'),
    packed: write('vec4u', 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]: keys, then values'),
  },
  uniforms: {
    // Also the position.
    slot: 'u32',
    num_heads: 'u32',
    num_kv_heads: 'u32',
    head_dim: 'u32',
    rotary_dim: 'u32',
    capacity: 'u32',
    eps: 'f32',
  },
  overrides: { ...overrides, BIAS: 0, NORMED: 0 },
  flops: (u) => 40 * (u.num_heads + 2 * u.num_kv_heads) * u.head_dim,
  bodies: {
    lanes: {
      source: token,
      library: [`const MAX_VECTORS = ${maxHeadDim / 4}u;`, rotation, packedRows],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 8, max: maxHeadDim }, rotary_dim: { multipleOf: 8 } },
      grid: (u) => [u.num_heads + 2 * u.num_kv_heads, 1, 1],
      suits: ({ subgroupSize }) => ({ WORKGROUP_SIZE: subgroupSize }),
    },
  },
});

export const ropeKept = defineOperation({
  name: 'rope/kept',
  bindings: {
    kept_kv: read('f32', 'f32 [2, num_kv_heads, budget, head_dim]: unrotated keys, then values'),
    angles: read('vec2f', anglesShape),
    keys: write('f32', cacheShape),
    values: write('f32', cacheShape),
  },
  uniforms: {
    num_slots: 'u32',
    num_kv_heads: 'u32',
    head_dim: 'u32',
    rotary_dim: 'u32',
    budget: 'u32',
    capacity: 'u32',
  },
  overrides,
  flops: (u) => 16 * u.num_slots * u.num_kv_heads * u.head_dim,
  bodies: {
    plain: {
      source: kept,
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { head_dim: { multipleOf: 2 }, rotary_dim: { multipleOf: 2 } },
      grid: (u, o) => [groupsFor((u.num_kv_heads * u.head_dim) / 2, o.WORKGROUP_SIZE), u.num_slots, 1],
    },
  },
});

/** The overrides of both for a model. */
export function ropeOverrides({
  ropePairing,
  rotaryDim,
  headDim,
  unrotatedLayers,
}: Pick<ModelConfig, 'ropePairing' | 'rotaryDim' | 'headDim' | 'unrotatedLayers'>): typeof overrides {
  return {
    HALF_PAIRS: ropePairing === 'half' ? 1 : 0,
    IN_PART: rotaryDim < headDim || unrotatedLayers !== undefined ? 1 : 0,
  };
}
