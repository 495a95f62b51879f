import { describe, test } from 'vitest';
import { useGpu } from '../testing/run-kernel.ts';
import { scoresCase } from './attention.cases.ts';
import { attentionScores } from './attention.ts';

const gpu = useGpu();

describe.each([16, 4])('attention/scores, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, num_slots: 0, first_token: 0, num_heads: 1, group_size: 1, head_dim: 4 },
    { num_tokens: 5, num_slots: 3, first_token: 0, num_heads: 7, group_size: 7, head_dim: 24 },
    { num_tokens: 18, num_slots: 0, first_token: 1, num_heads: 5, group_size: 5, head_dim: 40 },
    { num_tokens: 15, num_slots: 1, first_token: 0, num_heads: 3, group_size: 3, head_dim: 16 },
    { num_tokens: 16, num_slots: 37, first_token: 16, num_heads: 8, group_size: 4, head_dim: 64 },
    { num_tokens: 17, num_slots: 238, first_token: 0, num_heads: 2, group_size: 1, head_dim: 80 },
    { num_tokens: 3, num_slots: 253, first_token: 0, num_heads: 2, group_size: 2, head_dim: 128 },
    { num_tokens: 2, num_slots: 255, first_token: 0, num_heads: 1, group_size: 1, head_dim: 256 },
  ])('%j', (shape) => gpu.compare(scoresCase(attentionScores.bodies.plain, shape, { WORKGROUP_SIZE })));
});

describe.each([16, 4])('attention/scores-quad, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, num_slots: 0, first_token: 0, num_heads: 1, group_size: 1, head_dim: 16 },
    { num_tokens: 15, num_slots: 1, first_token: 0, num_heads: 3, group_size: 3, head_dim: 16 },
    { num_tokens: 33, num_slots: 37, first_token: 16, num_heads: 8, group_size: 4, head_dim: 64 },
    { num_tokens: 17, num_slots: 238, first_token: 0, num_heads: 2, group_size: 1, head_dim: 80 },
    { num_tokens: 3, num_slots: 253, first_token: 0, num_heads: 2, group_size: 2, head_dim: 128 },
    { num_tokens: 2, num_slots: 255, first_token: 0, num_heads: 1, group_size: 1, head_dim: 256 },
  ])('%j', (shape) => gpu.compare(scoresCase(attentionScores.bodies.quad, shape, { WORKGROUP_SIZE })));
});
