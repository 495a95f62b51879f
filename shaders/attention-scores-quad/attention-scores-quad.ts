// Scores of one tile of query rows, written for few loads and instructions: for devices with subgroups.
import { attentionScores } from '../attention-scores/attention-scores.ts';
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/attention-scores.wgsl?raw';
import tiles from '../lib/quad-tiles.wgsl?raw';
import source from './attention-scores-quad.wgsl?raw';

export const attentionScoresQuad = defineKernel({
  ...attentionScores,
  name: 'attention-scores-quad',
  features: ['subgroups'],
  source: tiles + shared + source,
  shapes: {
    head_dim: { multipleOf: 16 },
    tile_rows: { multipleOf: 16 },
    key_stride: { multipleOf: 16 },
    WORKGROUP_SIZE: { multipleOf: 4 },
  },
  grid: (u, o) => [
    groupsFor(u.num_slots + u.first_token + u.num_tokens, 8 * o.WORKGROUP_SIZE),
    groupsFor(u.num_tokens, 32),
    u.num_heads,
  ],
});
