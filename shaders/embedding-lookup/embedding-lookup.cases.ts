// The self-test case of the embedding lookup, in any weight layout.
import { randomWeights, weightsOf } from '../lib/weights.ref.ts';
import { casesOf } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { embeddingLookupTwin } from './embedding-lookup.ref.ts';
import { embeddingLookup } from './embedding-lookup.ts';

export const embeddingLookupCases = casesOf(embeddingLookup, (kernel, overrides) => {
  const layout = { ...weightsOf(overrides), rows: 11, cols: 96 };
  return {
    kernel,
    twin: embeddingLookupTwin,
    uniforms: { num_tokens: 5, hidden_size: layout.cols, first_row: 0, num_rows: layout.rows, scale: 25.5 },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      ids: random.u32(5, layout.rows),
      y: poisonF32(6 * layout.cols),
    }),
    tolerance: 'elementwise-f32',
  };
});
