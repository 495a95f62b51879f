import { describe, test } from 'vitest';
import { scoresCase } from '../testing/attention-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionScoresQuad } from './attention-scores-quad.ts';

const gpu = useGpu();

describe.each([16, 4])('attention-scores-quad, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_tokens: 1, num_slots: 0, first_token: 0, num_heads: 1, group_size: 1, head_dim: 16 },
    { num_tokens: 15, num_slots: 1, first_token: 0, num_heads: 3, group_size: 3, head_dim: 16 },
    { num_tokens: 33, num_slots: 37, first_token: 16, num_heads: 8, group_size: 4, head_dim: 64 },
    { num_tokens: 17, num_slots: 238, first_token: 0, num_heads: 2, group_size: 1, head_dim: 80 },
    { num_tokens: 3, num_slots: 253, first_token: 0, num_heads: 2, group_size: 2, head_dim: 128 },
    { num_tokens: 2, num_slots: 255, first_token: 0, num_heads: 1, group_size: 1, head_dim: 256 },
  ])('%j', (shape) =>
    gpu.compare(scoresCase(attentionScoresQuad, { rows: 32, keys: 8 }, shape, { WORKGROUP_SIZE })),
  );
});
