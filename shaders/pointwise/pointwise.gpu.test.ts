import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { pointwiseTwin } from './pointwise.ref.ts';
import { pointwise } from './pointwise.ts';

const gpu = useGpu();

describe.each([
  [64, 0],
  [5, 0],
  [64, 1],
])('pointwise, workgroup size %i, cap %i', (WORKGROUP_SIZE, CAP) => {
  // The last one's numbers are so far from zero that exp overflows.
  test.each([
    [{ first_token: 0, num_tokens: 1, size: 1, factor: 0.5 }, 1],
    [{ first_token: 0, num_tokens: 3, size: 255, factor: 30 }, 100],
    [{ first_token: 7, num_tokens: 17, size: 64, factor: 1.25 }, 3],
    [{ first_token: 1, num_tokens: 2, size: 260, factor: 0.01 }, 500],
  ] as const)('%j, numbers of %i', (uniforms, scale) => {
    const { first_token, num_tokens, size } = uniforms;
    return gpu.compare({
      kernel: pointwise.bodies.plain,
      twin: pointwiseTwin,
      overrides: { WORKGROUP_SIZE, CAP },
      uniforms,
      buffers: (random) => ({ y: random.f32((first_token + num_tokens + 1) * size, scale) }),
      tolerance: 'elementwise-f32',
    });
  });
});
