// The tests of the matvec variants that split a row over lanes: formats, ragged shapes, offsets, the residual, a folded grid.
import { describe, test } from 'vitest';
import { matvecCase } from './matvec-case.ts';
import { useGpu } from './run-kernel.ts';

export function testMatvec(kernel: Parameters<typeof matvecCase>[0]): void {
  const gpu = useGpu();

  describe.each([
    { format: 'int4', groupSize: 32 },
    { format: 'int8', groupSize: 16 },
  ] as const)(`${kernel.name} $format, groups of $groupSize`, (weights) => {
    test.each([
      { in_features: 32, out_features: 1 },
      { in_features: 288, out_features: 67 },
      { in_features: 64, out_features: 32, weight_row: 5, out_offset: 3 },
    ])('%j', (shape) => gpu.compare(matvecCase(kernel, weights, shape)));
  });

  describe(`${kernel.name} shapes`, () => {
    const f32 = { format: 'f32', groupSize: 1 } as const;
    test.each([
      { in_features: 8, out_features: 63 },
      { in_features: 248, out_features: 5 },
      { in_features: 256, out_features: 4 },
      { in_features: 1016, out_features: 65 },
    ])('%j', (shape) => gpu.compare(matvecCase(kernel, f32, shape)));
    const int4 = { format: 'int4', groupSize: 32 } as const;
    const options = { accumulate: 1, WORKGROUP_SIZE: 4 } as const;
    test('accumulate, four lanes', () =>
      gpu.compare(matvecCase(kernel, int4, { in_features: 64, out_features: 50, out_offset: 2 }, options)));
    test('grid folded over y', () =>
      gpu.compare(
        matvecCase(
          { ...kernel, grid: () => [20, 3, 1] },
          int4,
          { in_features: 32, out_features: 230 },
          options,
        ),
      ));
  });
}
