import { describe, test } from 'vitest';
import { randomWeights } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matvecGatedTwin } from './matvec-gated.ref.ts';
import { matvecGated } from './matvec-gated.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32, WORKGROUP_SIZE: 16 },
  { format: 'int8', groupSize: 16, WORKGROUP_SIZE: 4 },
] as const)('matvec-gated $format, workgroup size $WORKGROUP_SIZE', ({ WORKGROUP_SIZE, ...weights }) => {
  test.each([
    { in_features: 32, out_features: 1 },
    { in_features: 96, out_features: 31 },
    { in_features: 576, out_features: 32 },
    { in_features: 64, out_features: 33 },
  ])('%j', (shape) =>
    gpu.compare({
      kernel: matvecGated,
      twin: matvecGatedTwin,
      overrides: { ...weightOverrides(weights), WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        ...randomWeights(random, { ...weights, rows: 2 * shape.out_features + 1, cols: shape.in_features }),
        x: random.f32(shape.in_features),
        y: poisonF32(shape.out_features),
      }),
      tolerance: 'reduction-f32',
    }),
  );
});
