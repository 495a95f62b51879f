// The self-test cases of context embeddings.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { embedExtractTwin, embedQuantizeTwin } from './embed.ref.ts';
import { embedExtract, embedQuantize } from './embed.ts';

export const embedCases: Cases = {
  ...casesOf(embedExtract, (kernel) => ({
    kernel,
    twin: embedExtractTwin,
    uniforms: { num_tokens: 9, row_stride: 384, column: 128, head_dim: 64, part: 1, num_parts: 2 },
    buffers: (random) => ({ qkv: random.f32(9 * 384), e: poisonF32(10 * 2 * 64) }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(embedQuantize, (kernel) => ({
    kernel,
    twin: embedQuantizeTwin,
    uniforms: { num_rows: 37, head_dim: 64 },
    buffers: (random) => ({
      e: random.f32(37 * 64),
      quants: poisonU32(38 * 16),
      scales: poisonF32(38),
    }),
    tolerance: { quants: 'int8-storage', scales: 'elementwise-f32' },
  })),
};
