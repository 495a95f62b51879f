import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { gateMulTwin } from './gate-mul.ref.ts';
import { gateMul } from './gate-mul.ts';

const gpu = useGpu();

function check(
  shape: { readonly first_token: number; readonly num_tokens: number; readonly intermediate_size: number },
  WORKGROUP_SIZE: number,
  scale = 8,
  ACTIVATION = 0,
): Promise<void> {
  const numRows = shape.first_token + shape.num_tokens + 1;
  return gpu.compare({
    kernel: gateMul.bodies.plain,
    twin: gateMulTwin,
    overrides: { WORKGROUP_SIZE, ACTIVATION },
    uniforms: shape,
    buffers: (random) => ({
      x: random.f32(numRows * 2 * shape.intermediate_size, scale),
      y: poisonF32(numRows * shape.intermediate_size),
    }),
    tolerance: 'elementwise-f32',
  });
}

describe.each([
  [64, 0],
  [5, 0],
  [64, 1],
])('gate-mul, workgroup size %i, activation %i', (size, activation) => {
  test.each([
    { first_token: 0, num_tokens: 1, intermediate_size: 4 },
    { first_token: 0, num_tokens: 3, intermediate_size: 252 },
    { first_token: 7, num_tokens: 17, intermediate_size: 256 },
    { first_token: 1, num_tokens: 2, intermediate_size: 260 },
    { first_token: 0, num_tokens: 1, intermediate_size: 1536 },
  ])('%j', (shape) => check(shape, size, 8, activation));
});

test.each([0, 1])('gate-mul, gates so negative that exp overflows, activation %i', (activation) =>
  check({ first_token: 0, num_tokens: 1, intermediate_size: 64 }, 64, 500, activation),
);
