import { describe, expect, test } from 'vitest';
import { Random, at, poisonU32, type Data } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import {
  perturbedScores,
  restricted,
  sampleChunksTwin,
  sampleTwin,
  type SampleUniforms,
} from './sample.ref.ts';
import { chunksOf, sample, sampleBest, sampleChunks } from './sample.ts';

const gpu = useGpu();

const greedy = {
  history_size: 0,
  temperature: 0,
  top_k: 0,
  top_p: 1,
  min_p: 0,
  repetition_penalty: 1,
  seed: 1,
  step: 0,
};

type Settings = Partial<Omit<SampleUniforms, 'vocab_size' | 'step'>>;

type How = 'alone' | 'chunks';

/** Tokens of steps 0 .. numSteps - 1 over the same logits, by one workgroup alone or one for each chunk. */
async function draw(
  logits: Float32Array<ArrayBuffer>,
  settings: Settings,
  numSteps: number,
  WORKGROUP_SIZE = 32,
  how: How = 'alone',
): Promise<Data> {
  const uniforms = { ...greedy, ...settings, vocab_size: logits.length };
  const num_chunks = chunksOf(logits.length);
  const data = {
    logits,
    history: new Uint32Array(1),
    token: poisonU32(1),
    candidates: poisonU32(4 * num_chunks),
    drawn: poisonU32(numSteps),
  };
  const { drawn } = await gpu.use(data, async (dispatch, buffers, { recorder }) => {
    for (let step = 0; step < numSteps; step++) {
      if (how === 'alone') {
        await dispatch(sample.bodies.plain, buffers, { ...uniforms, step }, { WORKGROUP_SIZE });
      } else {
        await dispatch(sampleChunks.bodies.plain, buffers, { ...uniforms, step }, { WORKGROUP_SIZE });
        await dispatch(sampleBest.bodies.plain, buffers, { ...uniforms, num_chunks }, { WORKGROUP_SIZE });
      }
      recorder.copy(buffers.token, 0, buffers.drawn, 4 * step, 4);
    }
  });
  return drawn;
}

function peakedLogits(random: Random, length: number): Float32Array<ArrayBuffer> {
  return random.f32(length).map((logit) => 8 * logit ** 3);
}

describe.each([32, 5])('sample/chunks, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([1, 31, 127, 128, 129, 4099, 32_769])(
    'vocabulary of %i: the highest of each chunk, penalised',
    (vocab_size) =>
      gpu.compare({
        kernel: sampleChunks.bodies.plain,
        twin: sampleChunksTwin,
        overrides: { WORKGROUP_SIZE },
        uniforms: { ...greedy, vocab_size, history_size: 6, repetition_penalty: 2 },
        buffers: (random) => ({
          // Powers of two: divided exactly, and tied.
          logits: random
            .f32(vocab_size + 2)
            .map(() => 2 ** random.below(9) * (random.below(2) - 0.5))
            .fill(1e9, vocab_size),
          history: new Uint32Array([0, 3, 3, 512, 700, 0xffffffff, 1]),
          candidates: poisonU32(4 * (chunksOf(vocab_size) + 1)),
        }),
        tolerance: 'exact',
      }),
  );
});

describe.each([32, 5])('greedy sample, workgroup size %i', (WORKGROUP_SIZE) => {
  const check = (
    logits: (random: Random) => Float32Array<ArrayBuffer>,
    history: number[] = [],
    penalty = 1,
  ) => {
    const vocab_size = logits(new Random(1)).length - 2;
    return gpu.compare({
      kernel: sample.bodies.plain,
      twin: sampleTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...greedy, vocab_size, history_size: history.length, repetition_penalty: penalty },
      buffers: (random) => ({
        // Behind the vocabulary lie higher logits, behind the history the best token.
        logits: logits(random).fill(100, vocab_size),
        history: new Uint32Array([...history, 0]),
        token: poisonU32(1),
      }),
      tolerance: { logits: 'elementwise-f32', token: 'exact' },
    });
  };
  test.each([1, 31, 32, 33, 257, 4099])('vocabulary of %i', (size) =>
    check((random) => random.f32(size + 2, 8)),
  );
  test('ties go to the lowest id', () => check((random) => random.f32(202).map(() => random.below(2))));
  test('all negative, most of them infinite', () =>
    check((random) => random.f32(102).map((logit, i) => (i === 77 ? logit - 50 : -Infinity))));
  test('NaNs are passed over', () =>
    check((random) => random.f32(102).map((logit, i) => (i % 3 ? logit : NaN))));
  test('nothing but NaNs gives an id', () => check((random) => random.f32(102).fill(NaN)));
  test('repetition penalty, each id once, none beyond the vocabulary', () => {
    const random = new Random(5);
    const history = [...random.u32(75, 40), 3, 3, 3, 0xffffffff, 64, 65];
    return check((fresh) => fresh.f32(66, 8), history, 1.3);
  });
});

describe('sample = its twin', () => {
  const cases: Settings[] = [
    { temperature: 0.7 },
    { temperature: 1.5, seed: 0xdeadbeef },
    { temperature: 1, top_k: 1 },
    { temperature: 1, top_k: 5 },
    { temperature: 2, top_k: 40 },
    { temperature: 1, top_k: 10_000 },
    { temperature: 1, top_p: 0.1 },
    { temperature: 1.3, top_p: 0.5 },
    { temperature: 0.9, top_p: 0.95 },
    { temperature: 1, min_p: 0.05 },
    { temperature: 1.5, top_k: 50, top_p: 0.9, min_p: 0.02 },
  ];
  test.each(cases)('%j', async (settings) => {
    const logits = peakedLogits(new Random(7), 1031);
    const drawn = await draw(logits, settings, 40);
    expect(drawn).toHaveLength(40);
    drawn.forEach((id, step) => {
      const uniforms = { ...greedy, ...settings, vocab_size: logits.length, step };
      expect(explained(logits, uniforms, id), `step ${step} drew ${id}`).toBe(true);
    });
  });

  test.each([
    { temperature: 0 },
    { temperature: 0.7 },
    { temperature: 1.5, seed: 0xdeadbeef },
    { temperature: 1e-30 },
  ])('in chunks: %j', async (settings) => {
    for (const size of [1, 127, 129, 1031, 70_001, 100_001]) {
      const logits = peakedLogits(new Random(7), size);
      const drawn = await draw(logits, settings, size > 2000 ? 3 : 20, 4, 'chunks');
      drawn.forEach((id, step) => {
        if (settings.temperature < 1e-20) expect(id).toBe(logits.indexOf(Math.max(...logits)));
        else {
          const uniforms = { ...greedy, ...settings, vocab_size: size, step };
          expect(explained(logits, uniforms, id), `${size}: step ${step} drew ${id}`).toBe(true);
        }
      });
    }
  });

  test('a whole vocabulary', async () => {
    const settings = { temperature: 0.8, top_k: 100, top_p: 0.95 };
    const logits = peakedLogits(new Random(8), 49_157);
    const uniforms = { ...greedy, ...settings, vocab_size: logits.length };
    const [id] = await draw(logits, settings, 1);
    expect(explained(logits, uniforms, id ?? -1)).toBe(true);
  });

  test.each([
    { top_k: 1 },
    { top_p: 0 },
    { top_p: 1e-6 },
    { min_p: 1 },
    { min_p: 2 },
    { temperature: 1e-30 },
  ])('as good as greedy: %j', async (settings) => {
    const logits = peakedLogits(new Random(9), 257);
    const [best] = await draw(logits, {}, 1);
    expect(new Set(await draw(logits, { temperature: 1, ...settings }, 20))).toEqual(new Set([best]));
  });

  test('NaNs are never drawn, and an infinite logit always', async () => {
    const logits = new Random(10).f32(99).map((logit, i) => (i % 2 ? logit : NaN));
    for (const settings of [{}, { top_k: 60 }, { top_p: 0.9 }]) {
      const drawn = await draw(logits, { temperature: 1, ...settings }, 30);
      expect([...drawn].filter((id) => id % 2 !== 1)).toEqual([]);
    }
    const mixed = new Float32Array(1200).fill(NaN);
    mixed.set(logits, 600);
    expect(
      [...(await draw(mixed, { temperature: 1 }, 9, 32, 'chunks'))].filter((id) => id < 600 || id % 2 === 0),
    ).toEqual([]);
    mixed[7] = Infinity;
    expect(new Set(await draw(mixed, { temperature: 1 }, 5, 32, 'chunks'))).toEqual(new Set([7]));
    expect(new Set(await draw(mixed, {}, 1, 32, 'chunks'))).toEqual(new Set([7]));
    const nothing = await draw(new Float32Array(50).fill(NaN), { temperature: 1, top_k: 3, top_p: 0.5 }, 5);
    expect([...nothing].filter((id) => id >= 50)).toEqual([]);
    logits[42] = Infinity;
    expect(new Set(await draw(logits, { temperature: 1, top_k: 9, top_p: 0.9 }, 5))).toEqual(new Set([42]));
  });
});

/**
 * Whether the twin draws `id` too, or could: its perturbed score within 1e-4 of the best, with the borders of top-p and
 * min-p moved by 1e-5, since sums and logarithms in f32 fall either way there.
 */
function explained(logits: Data, uniforms: SampleUniforms, id: number): boolean {
  return [0, 1e-5, -1e-5].some((shift) => {
    const moved = { top_p: Math.min(uniforms.top_p * (1 + shift), 1), min_p: uniforms.min_p * (1 + shift) };
    const scores = perturbedScores(logits, { ...uniforms, ...moved });
    const best = Math.max(...scores.map(({ score }) => score));
    return scores.some((candidate) => candidate.id === id && candidate.score > best - 1e-4);
  });
}

describe('frequencies over 2,000 draws are the restricted distribution', () => {
  test.each([
    { temperature: 1, seed: 3 },
    { temperature: 0.6, top_k: 6, seed: 4 },
    { temperature: 1.2, top_p: 0.8, seed: 5 },
    { temperature: 1, top_k: 12, top_p: 0.95, min_p: 0.05, seed: 6 },
  ])('%j', async (settings) => {
    const logits = new Random(20).f32(17, 3);
    const numDraws = 2000;
    const drawn = await draw(logits, settings, numDraws, 5);
    const distribution = restricted(logits, { ...greedy, ...settings, vocab_size: logits.length });
    const counts = new Uint32Array(logits.length);
    for (const id of drawn) counts[id] = at(counts, id) + 1;
    // Pearson's statistic; the limit is that of one chance in 10,000 at 16 degrees of freedom.
    const chiSquare = distribution.reduce(
      (sum, { id, p }) => sum + (at(counts, id) - p * numDraws) ** 2 / (p * numDraws),
      0,
    );
    expect(chiSquare).toBeLessThan(45);
    const possible = new Set(distribution.map(({ id }) => id));
    expect([...drawn].filter((id) => !possible.has(id))).toEqual([]);
  });

  test('the same seed repeats itself, another does not', async () => {
    const logits = new Float32Array(1000);
    const first = await draw(logits, { temperature: 1, seed: 1 }, 30);
    expect(await draw(logits, { temperature: 1, seed: 1 }, 30)).toEqual(first);
    const second = await draw(logits, { temperature: 1, seed: 2 }, 30);
    expect([...second].filter((id, step) => id === at(first, step)).length).toBeLessThan(3);
  });
});
