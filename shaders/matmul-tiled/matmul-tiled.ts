// Prefill matrix multiplication for devices with fast workgroup memory: both tiles are loaded once a workgroup.
import { defineKernel, groupsFor } from '../kernel.ts';
import { matmulSignature } from '../lib/matmul.ts';
import tiles from '../lib/matmul-tiles.wgsl?raw';
import shared from '../lib/matmul.wgsl?raw';
import storedF16 from '../lib/stored-f16.wgsl?raw';
import storedF32 from '../lib/stored-f32.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import source from './matmul-tiled.wgsl?raw';

export const matmulTiled = defineKernel({
  ...matmulSignature,
  name: 'matmul-tiled',
  source: storedF32 + source + tiles + shared + weights,
  overrides: { WORKGROUP_SIZE: 64, LANES_OUT: 8, TILE_K: 32, WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  shapes: {
    in_features: { multipleOf: 8 },
    out_features: { multipleOf: 4 },
    out_offset: { multipleOf: 4 },
    out_stride: { multipleOf: 4 },
    TILE_K: { multipleOf: 8 },
  },
  grid: (u, o) => [
    groupsFor(u.out_features, 8 * o.LANES_OUT),
    groupsFor(u.num_tokens, (8 * o.WORKGROUP_SIZE) / o.LANES_OUT),
    1,
  ],
});

/** The same with both tiles in f16: half the workgroup memory, so twice the columns a round. */
export const matmulTiledF16 = defineKernel({
  ...matmulTiled,
  name: 'matmul-tiled-f16',
  variantOf: 'matmul-tiled',
  features: ['shader-f16'],
  source: storedF16 + source + tiles + shared + weights,
});
