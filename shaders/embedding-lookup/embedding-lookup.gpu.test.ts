import { describe, test } from 'vitest';
import { randomWeights, weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { embeddingLookupTwin } from './embedding-lookup.ref.ts';
import { embeddingLookup } from './embedding-lookup.ts';

const gpu = useGpu();

describe.each(weightCases.map((weights, i) => ({ ...weights, size: i % 2 === 0 ? 64 : 3 })))(
  'embedding-lookup $format, groups of $groupSize, workgroup size $size',
  ({ size, ...weights }) => {
    test.each([
      { num_tokens: 1, hidden_size: 32, scale: 1 },
      { num_tokens: 7, hidden_size: 576, scale: 24 },
      { num_tokens: 65, hidden_size: 96, scale: 1 },
    ])('%j', async (shape) => {
      const vocabSize = 37;
      await gpu.compare({
        kernel: embeddingLookup.bodies.plain,
        twin: embeddingLookupTwin,
        overrides: { ...weightOverrides(weights), WORKGROUP_SIZE: size },
        uniforms: shape,
        buffers: (random) => ({
          ...randomWeights(random, { ...weights, rows: vocabSize, cols: shape.hidden_size }),
          ids: random.u32(shape.num_tokens, vocabSize).fill(vocabSize - 1, 0, 1),
          y: poisonF32((shape.num_tokens + 1) * shape.hidden_size),
        }),
        tolerance: 'elementwise-f32',
      });
    });
  },
);
