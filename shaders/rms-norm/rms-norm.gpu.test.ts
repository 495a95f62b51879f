import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { rmsNormHeadsTwin, rmsNormTwin } from './rms-norm.ref.ts';
import { rmsNorm, rmsNormHeads } from './rms-norm.ts';

const gpu = useGpu();

function check(
  shape: { readonly first_token: number; readonly num_tokens: number; readonly hidden_size: number },
  WORKGROUP_SIZE: number,
  scale = 1,
  accumulate: 0 | 1 = 0,
): Promise<void> {
  const length = (shape.first_token + shape.num_tokens + 1) * shape.hidden_size;
  return gpu.compare({
    kernel: rmsNorm.bodies.plain,
    twin: rmsNormTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: { ...shape, eps: 1e-5, accumulate },
    buffers: (random) => ({
      x: random.f32(length, scale),
      w: random.f32(shape.hidden_size),
      y: accumulate === 1 ? random.f32(length) : poisonF32(length),
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
  test('added to what is there', () => check({ ...shape, first_token: 1 }, 32, 1, 1));
});

describe.each([32, 4, 5])('rms-norm/heads, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, first_head: 0, num_normed: 2, num_heads: 1, num_kv_heads: 1, head_dim: 8 },
    { num_tokens: 3, first_head: 0, num_normed: 10, num_heads: 8, num_kv_heads: 2, head_dim: 128 },
    { num_tokens: 17, first_head: 2, num_normed: 1, num_heads: 3, num_kv_heads: 3, head_dim: 64 },
    { num_tokens: 2, first_head: 4, num_normed: 1, num_heads: 4, num_kv_heads: 1, head_dim: 256 },
    { num_tokens: 5, first_head: 6, num_normed: 2, num_heads: 7, num_kv_heads: 1, head_dim: 20 },
  ])('%j', async ({ num_kv_heads, ...heads }) => {
    const shape = { ...heads, row_stride: (heads.num_heads + 2 * num_kv_heads) * heads.head_dim };
    await gpu.compare({
      kernel: rmsNormHeads.bodies.plain,
      twin: rmsNormHeadsTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, eps: 1e-6 },
      buffers: (random) => ({
        x: random.f32((shape.num_tokens + 1) * shape.row_stride, 3),
        w: random.f32(2 * shape.head_dim),
      }),
      tolerance: { x: 'reduction-f32' },
    });
  });
});

test('rms-norm/heads, all heads of a kind together: rows are no multiple of them', () => {
  const shape = { num_tokens: 3, first_head: 0, num_normed: 1, num_heads: 1, head_dim: 96, row_stride: 160 };
  return gpu.compare({
    kernel: rmsNormHeads.bodies.plain,
    twin: rmsNormHeadsTwin,
    uniforms: { ...shape, eps: 1e-6 },
    buffers: (random) => ({ x: random.f32(4 * shape.row_stride, 3), w: random.f32(shape.head_dim) }),
    tolerance: { x: 'reduction-f32' },
  });
});
