// The self-test cases of sample: greedy, with a penalty.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonU32 } from '../testing/data.ts';
import { sampleBestTwin, sampleChunksTwin, sampleTwin } from './sample.ref.ts';
import { chunksOf, sample, sampleBest, sampleChunks } from './sample.ts';

const vocabSize = 4099;
const penalised = { vocab_size: vocabSize, history_size: 3, repetition_penalty: 1.3 };
const greedy = { temperature: 0, seed: 1, step: 0 };

export const sampleCases: Cases = {
  ...casesOf(sample, (kernel) => ({
    kernel,
    twin: sampleTwin,
    uniforms: { ...penalised, ...greedy, top_k: 0, top_p: 1, min_p: 0 },
    buffers: (random) => ({
      logits: random.f32(vocabSize + 2, 8).fill(100, vocabSize),
      history: new Uint32Array([5, 77, 4098, 0]),
      token: poisonU32(1),
    }),
    tolerance: { logits: 'elementwise-f32', token: 'exact' },
  })),
  ...casesOf(sampleChunks, (kernel) => ({
    kernel,
    twin: sampleChunksTwin,
    uniforms: { ...penalised, ...greedy },
    buffers: (random) => ({
      logits: random.f32(vocabSize + 2, 8).fill(100, vocabSize),
      // No chunk's best: what division gives may be off by an ulp or two.
      history: new Uint32Array([5, 77, 3000, 0]),
      candidates: poisonU32(4 * (chunksOf(vocabSize) + 1)),
    }),
    tolerance: { logits: 'elementwise-f32', candidates: 'exact' },
  })),
  ...casesOf(sampleBest, (kernel) => ({
    kernel,
    twin: sampleBestTwin,
    uniforms: { num_chunks: 129, temperature: 0.7 },
    buffers: (random) => {
      const [tops, scores] = [random.f32(130, 8).fill(100, 129), random.f32(130)];
      const words = new Uint32Array(4 * 130).map((_, i) => Math.floor(i / 4));
      const floats = new Float32Array(words.buffer);
      tops.forEach((top, i) => floats.set([top, scores[i] ?? 0], 4 * i));
      return { candidates: words, token: poisonU32(1) };
    },
    tolerance: 'exact',
  })),
};
