// The self-test's cases of the search.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, type Random } from '../testing/data.ts';
import {
  similarityLateInteractionTwin,
  similarityNearestTwin,
  similarityStandardisedTwin,
} from './similarity.ref.ts';
import { similarityLateInteraction, similarityNearest, similarityStandardised } from './similarity.ts';

const shape = { first_token: 1, num_tokens: 19, num_queries: 16, num_parts: 4, head_dim: 64, num_groups: 4 };

const embeddings = (random: Random) => ({
  // Bytes of 0 to 127: no stored embedding has -128.
  quants: random.u32(20 * 4 * 16).map((word) => word & 0x7f7f7f7f),
  scales: random.f32(20 * 4, 0.01).map(Math.abs),
  queries: random.f32(16 * 4 * 64),
  standard: random.f32(2 * 16 * 4).map((value, i) => (i % 2 === 0 ? value : 2 + value)),
});

export const similarityCases: Cases = {
  ...casesOf(similarityNearest, (kernel) => ({
    kernel,
    twin: similarityNearestTwin,
    uniforms: { ...shape, first_part: 1, num_groups: 2, parts_per_group: 1, first_score: 3 },
    buffers: (random) => ({ ...embeddings(random), score: poisonF32(25) }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(similarityStandardised, (kernel) => ({
    kernel,
    twin: similarityStandardisedTwin,
    uniforms: { ...shape, first_part: 1, num_groups: 2, token_stride: 32 },
    buffers: (random) => ({ ...embeddings(random), z: poisonF32(4 * 16 * 32) }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(similarityLateInteraction, (kernel) => ({
    kernel,
    twin: similarityLateInteractionTwin,
    uniforms: {
      first_token: 2,
      num_tokens: 27,
      first_z: 5,
      num_z: 37,
      reach: 6,
      num_queries: 11,
      padded_queries: 16,
      num_groups: 2,
      token_stride: 40,
    },
    buffers: (random) => ({ z: random.f32(2 * 16 * 40), score: poisonF32(32) }),
    tolerance: 'reduction-f32',
  })),
};
