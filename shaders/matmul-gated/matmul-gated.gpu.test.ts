import { describe, test } from 'vitest';
import { randomWeights } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulGatedTwin } from './matmul-gated.ref.ts';
import { matmulGated } from './matmul-gated.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32, WORKGROUP_SIZE: 16 },
  { format: 'int8', groupSize: 16, WORKGROUP_SIZE: 4 },
  { format: 'f32', groupSize: 1, WORKGROUP_SIZE: 4 },
] as const)('matmul-gated $format, workgroup size $WORKGROUP_SIZE', ({ WORKGROUP_SIZE, ...weights }) => {
  test.each([
    { num_tokens: 1, first_token: 0, in_features: 32, out_features: 4 },
    { num_tokens: 19, first_token: 7, in_features: 96, out_features: 68 },
    { num_tokens: 33, first_token: 0, in_features: 64, out_features: 128 },
  ])('%j', (shape) => {
    const numRows = shape.first_token + shape.num_tokens + 1;
    return gpu.compare({
      kernel: matmulGated,
      twin: matmulGatedTwin,
      overrides: { ...weightOverrides(weights), WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        ...randomWeights(random, { ...weights, rows: 2 * shape.out_features + 1, cols: shape.in_features }),
        x: random.f32(numRows * shape.in_features),
        y: poisonF32(numRows * shape.out_features),
      }),
      tolerance: 'reduction-f32',
    });
  });
});
