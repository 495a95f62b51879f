// The self-test case of sample: greedy, with a penalty.
import { casesOf } from '../testing/case.ts';
import { poisonU32 } from '../testing/data.ts';
import { sampleTwin } from './sample.ref.ts';
import { sample } from './sample.ts';

export const sampleCases = casesOf(sample, (kernel) => ({
  kernel,
  twin: sampleTwin,
  uniforms: {
    vocab_size: 4099,
    history_size: 3,
    temperature: 0,
    top_k: 0,
    top_p: 1,
    min_p: 0,
    repetition_penalty: 1.3,
    seed: 1,
    step: 0,
  },
  buffers: (random) => ({
    logits: random.f32(4101, 8).fill(100, 4099),
    history: new Uint32Array([5, 77, 4098, 0]),
    token: poisonU32(1),
  }),
  tolerance: { logits: 'elementwise-f32', token: 'exact' },
}));
