// The self-test case of similarity.
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { similarityTwin } from './similarity.ref.ts';
import { similarity } from './similarity.ts';

export const similarityCases = casesOf(similarity, (kernel) => ({
  kernel,
  twin: similarityTwin,
  uniforms: { first_token: 1, num_tokens: 19, num_queries: 16, num_parts: 4, head_dim: 64, num_groups: 4 },
  buffers: (random) => ({
    // Bytes of 0 to 127: no stored embedding has -128.
    quants: random.u32(20 * 4 * 16).map((word) => word & 0x7f7f7f7f),
    scales: random.f32(20 * 4, 0.01).map(Math.abs),
    queries: random.f32(16 * 4 * 64),
    standard: random.f32(2 * 16 * 4).map((value, i) => (i % 2 === 0 ? value : 2 + value)),
    score: poisonF32(23),
  }),
  tolerance: 'reduction-f32',
}));
