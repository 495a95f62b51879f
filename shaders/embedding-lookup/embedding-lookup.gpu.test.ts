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
      { num_tokens: 1, hidden_size: 32, first_row: 0, num_rows: 37, scale: 1 },
      { num_tokens: 7, hidden_size: 576, first_row: 0, num_rows: 37, scale: 24 },
      // A part in the middle of 50: the rows of other parts stay as they are.
      { num_tokens: 65, hidden_size: 96, first_row: 7, num_rows: 37, scale: 1 },
    ])('%j', async (shape) => {
      await gpu.compare({
        kernel: embeddingLookup.bodies.plain,
        twin: embeddingLookupTwin,
        overrides: { ...weightOverrides(weights), WORKGROUP_SIZE: size },
        uniforms: shape,
        buffers: (random) => ({
          ...randomWeights(random, { ...weights, rows: shape.num_rows, cols: shape.hidden_size }),
          ids: random.u32(shape.num_tokens, shape.first_row === 0 ? 37 : 50).fill(shape.first_row + 36, 0, 1),
          y: poisonF32((shape.num_tokens + 1) * shape.hidden_size),
        }),
        tolerance: 'elementwise-f32',
      });
    });
  },
);
