import { describe, test } from 'vitest';
import { weightOverrides } from '../lib/weights.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { gatedCase, matmulCase, offsetShape } from './matmul.cases.ts';
import { matmul, matmulGated } from './matmul.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int8', groupSize: 16, accumulate: 1 },
] as const)('matmul/tiled-f16 %j', ({ format, groupSize, ...rest }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 63, in_features: 96, out_features: 68 },
    { num_tokens: 65, in_features: 160, out_features: 64 },
    offsetShape,
  ])('%j', (shape) =>
    gpu.compare(matmulCase(matmul.bodies['tiled-f16'], { format, groupSize }, shape, rest)),
  );
});

describe('matmul/gated-tiled-f16', () => {
  const overrides = { ...weightOverrides({ format: 'int4', groupSize: 32 }), ACTIVATION: 1 };
  test.each([
    { num_tokens: 1, first_token: 0, in_features: 32, out_features: 4 },
    { num_tokens: 65, first_token: 7, in_features: 96, out_features: 68 },
  ])('%j', (shape) => gpu.compare(gatedCase(matmulGated.bodies['tiled-f16'], overrides, shape)));
});
