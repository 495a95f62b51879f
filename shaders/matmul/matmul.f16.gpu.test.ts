import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulCase, offsetShape } from './matmul.cases.ts';
import { matmul } from './matmul.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32, overrides: { TILE_K: 64 } },
  { format: 'int8', groupSize: 16, overrides: { WORKGROUP_SIZE: 8, LANES_OUT: 4 }, accumulate: 1 },
] as const)('matmul/tiled-f16 %j', ({ format, groupSize, ...rest }) => {
  const options = { ...rest, tolerance: 'f16-storage' } as const;
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 63, in_features: 96, out_features: 68 },
    { num_tokens: 65, in_features: 160, out_features: 64 },
    offsetShape,
  ])('%j', (shape) =>
    gpu.compare(matmulCase(matmul.bodies['tiled-f16'], { format, groupSize }, shape, options)),
  );
});
