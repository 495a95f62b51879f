import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { splitCase } from './decode-attention.cases.ts';
import {
  decodeAttentionReduceTwin,
  splitQuadTwin,
  splitTwin,
  splitWorkgroupTwin,
} from './decode-attention.ref.ts';
import { decodeAttentionReduce, decodeAttentionSplit, partialVectors } from './decode-attention.ts';

const gpu = useGpu();
const { plain, quad, subgroup, workgroup } = decodeAttentionSplit.bodies;

describe.each([
  { kernel: subgroup, WORKGROUP_SIZE: 4 },
  { kernel: subgroup, WORKGROUP_SIZE: 32 },
  { kernel: plain, WORKGROUP_SIZE: 8 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16 },
    { num_keys: 70, num_kv_heads: 2, group_size: 7, head_dim: 8 },
    { num_keys: 66, num_kv_heads: 1, group_size: 6, head_dim: 24 },
    { num_keys: 9, num_kv_heads: 2, group_size: 5, head_dim: 72 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64 },
    { num_keys: 64, num_kv_heads: 2, group_size: 4, head_dim: 80 },
    { first_key: 7, num_keys: 65, num_kv_heads: 1, group_size: 8, head_dim: 128 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 256 },
  ])('%j', async (shape) => {
    await gpu.compare({
      kernel,
      twin: splitTwin,
      overrides: { WORKGROUP_SIZE },
      ...splitCase(kernel, shape, 4),
    });
  });
});

describe('decode-attention/split-quad', () => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16, HEADS: 1 },
    { num_keys: 131, num_kv_heads: 2, group_size: 7, head_dim: 8, HEADS: 4 },
    { num_keys: 66, num_kv_heads: 1, group_size: 6, head_dim: 24, HEADS: 4 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64, HEADS: 3 },
    { num_keys: 128, num_kv_heads: 2, group_size: 4, head_dim: 40, HEADS: 4 },
    { first_key: 1, num_keys: 129, num_kv_heads: 1, group_size: 8, head_dim: 64, HEADS: 4 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32, HEADS: 4 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 56, HEADS: 2 },
    { num_keys: 130, num_kv_heads: 1, group_size: 3, head_dim: 8, HEADS: 4 },
  ])('%j', async ({ HEADS, ...shape }) => {
    await gpu.compare({
      kernel: quad,
      twin: splitQuadTwin,
      overrides: { HEADS },
      ...splitCase(quad, shape, 4),
    });
  });
});

describe.each([
  { HEADS: 1, group_size: 1, WORKGROUP_SIZE: 64 },
  { HEADS: 2, group_size: 2, WORKGROUP_SIZE: 64 },
  { HEADS: 3, group_size: 3, WORKGROUP_SIZE: 16 },
  { HEADS: 4, group_size: 7, WORKGROUP_SIZE: 64 },
])('decode-attention/split-workgroup %j', ({ group_size, ...overrides }) => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, head_dim: 16 },
    { num_keys: 2, num_splits: 2, num_kv_heads: 1, head_dim: 8 },
    { num_keys: 131, num_kv_heads: 2, head_dim: 72 },
    { first_key: 7, num_keys: 128, num_splits: 1, num_kv_heads: 1, head_dim: 128 },
    { first_key: 1, num_keys: 257, num_splits: 3, num_kv_heads: 2, head_dim: 64 },
    { num_keys: 577, num_kv_heads: 1, head_dim: 256 },
    { num_keys: 127, num_splits: 1, num_kv_heads: 3, head_dim: 40 },
  ])('%j', async (shape) => {
    await gpu.compare({
      kernel: workgroup,
      twin: splitWorkgroupTwin,
      overrides,
      ...splitCase(workgroup, { ...shape, group_size }, 4),
    });
  });
});

const { plain: inTurn, lanes } = decodeAttentionReduce.bodies;

describe.each([
  { kernel: inTurn, WORKGROUP_SIZE: 16 },
  { kernel: inTurn, WORKGROUP_SIZE: 5 },
  { kernel: lanes, WORKGROUP_SIZE: 32 },
  { kernel: lanes, WORKGROUP_SIZE: 6 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_heads: 1, group_size: 1, head_dim: 8, num_splits: 1 },
    { num_heads: 2, group_size: 2, head_dim: 256, num_splits: 70 },
    { num_heads: 9, group_size: 3, head_dim: 64, num_splits: 17 },
    { num_heads: 8, group_size: 4, head_dim: 80, num_splits: 2 },
    { num_heads: 8, group_size: 8, head_dim: 128, num_splits: 3 },
    { num_heads: 10, group_size: 5, head_dim: 16, num_splits: 5 },
  ])('%j', (shape) => {
    const { num_heads, group_size, head_dim, num_splits } = shape;
    const numBlocks = (num_heads / group_size) * Math.ceil(group_size / 4);
    return gpu.compare({
      kernel,
      twin: decodeAttentionReduceTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        // Sums of exp are positive; so are all numbers here, so that none cancels another.
        partial: random
          .f32(4 * numBlocks * num_splits * partialVectors(head_dim))
          .map((x) => Math.abs(x) + 0.1),
        y: poisonF32(num_heads * head_dim),
      }),
      tolerance: 'reduction-f32',
    });
  });
});
