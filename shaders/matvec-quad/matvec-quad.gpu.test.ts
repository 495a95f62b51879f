import { describe, test } from 'vitest';
import { matvecCase } from '../testing/matvec-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matvecQuad } from './matvec-quad.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int4', groupSize: 16 },
  { format: 'int8', groupSize: 32 },
  { format: 'int8', groupSize: 16 },
] as const)('matvec-quad $format, groups of $groupSize', (weights) => {
  test.each([
    { in_features: 32, out_features: 1 },
    { in_features: 288, out_features: 67 },
    { in_features: 64, out_features: 64, weight_row: 5, out_offset: 3 },
    { in_features: 1024, out_features: 65 },
  ])('%j', (shape) => gpu.compare(matvecCase(matvecQuad, weights, shape)));
});

describe('matvec-quad shapes', () => {
  const int4 = { format: 'int4', groupSize: 32 } as const;
  const options = { accumulate: 1, WORKGROUP_SIZE: 4 } as const;
  test('accumulate, workgroup size 4', () =>
    gpu.compare(matvecCase(matvecQuad, int4, { in_features: 64, out_features: 50, out_offset: 2 }, options)));
  test('grid folded over y', () =>
    gpu.compare(
      matvecCase(
        { ...matvecQuad, grid: () => [5, 3, 1] },
        int4,
        { in_features: 32, out_features: 230 },
        options,
      ),
    ));
});
