import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { rmsNormTwin } from './rms-norm.ref.ts';
import { rmsNorm } from './rms-norm.ts';

const gpu = useGpu();

function check(
  shape: { readonly first_token: number; readonly num_tokens: number; readonly hidden_size: number },
  WORKGROUP_SIZE: number,
  scale = 1,
): Promise<void> {
  const length = (shape.first_token + shape.num_tokens + 1) * shape.hidden_size;
  return gpu.compare({
    kernel: rmsNorm.bodies.plain,
    twin: rmsNormTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: { ...shape, eps: 1e-5 },
    buffers: (random) => ({
      x: random.f32(length, scale),
      w: random.f32(shape.hidden_size),
      y: poisonF32(length),
    }),
    tolerance: 'reduction-f32',
  });
}

describe.each([32, 4, 256])('rms-norm, workgroup size %i', (size) => {
  test.each([
    { first_token: 0, num_tokens: 1, hidden_size: 4 },
    { first_token: 0, num_tokens: 3, hidden_size: 124 },
    { first_token: 5, num_tokens: 17, hidden_size: 128 },
    { first_token: 2, num_tokens: 1, hidden_size: 132 },
    { first_token: 0, num_tokens: 5, hidden_size: 1028 },
  ])('%j', (shape) => check(shape, size));
});

describe('rms-norm values', () => {
  const shape = { first_token: 0, num_tokens: 2, hidden_size: 64 };
  test('all zero', () => check(shape, 32, 0));
  test('so small that eps decides', () => check(shape, 32, 1e-4));
  test('large', () => check(shape, 32, 1e6));
});
