// Keys and values as decode reads them, half the bytes, for attention that is made of loads; and as f32 again, for attention of many
// tokens at a time.
import { foldGrid, groupsFor } from '../kernel.ts';
import packedRows from '../lib/packed-rows.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import pack from './pack.wgsl?raw';
import unpack from './unpack.wgsl?raw';

const cacheShape = 'f32 [num_kv_heads, capacity, head_dim]';
const packedShape = 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]: keys, then values';

export const packedCachePack = defineOperation({
  name: 'packed-cache/pack',
  bindings: {
    keys: read('vec4f', cacheShape),
    values: read('vec4f', cacheShape),
    packed: write('vec4u', packedShape),
  },
  uniforms: { first_slot: 'u32', num_slots: 'u32', num_kv_heads: 'u32', head_dim: 'u32', capacity: 'u32' },
  flops: (u) => 20 * u.num_kv_heads * u.num_slots * u.head_dim,
  bodies: {
    plain: {
      source: pack,
      library: [packedRows],
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { head_dim: { multipleOf: 8 } },
      grid: (u, o) => foldGrid(groupsFor(2 * u.num_kv_heads * u.num_slots, o.WORKGROUP_SIZE)),
    },
  },
});

export const packedCacheUnpack = defineOperation({
  name: 'packed-cache/unpack',
  bindings: {
    packed: read('vec4u', packedShape),
    keys: write('vec4f', cacheShape),
    values: write('vec4f', cacheShape),
  },
  uniforms: { num_slots: 'u32', num_kv_heads: 'u32', head_dim: 'u32', capacity: 'u32' },
  flops: (u) => 8 * u.num_kv_heads * u.num_slots * u.head_dim,
  bodies: {
    plain: {
      source: unpack,
      library: [packedRows],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { head_dim: { multipleOf: 8 } },
      grid: (u, o) => foldGrid(groupsFor((u.num_kv_heads * u.num_slots * u.head_dim) / 4, o.WORKGROUP_SIZE)),
    },
  },
});
