// The real model against values computed outside this project in float64 (e2e/golden/README.md): forward, greedy decode, and
// compress with its scores and selections. Needs the default model, which the test command fetches.
import { nmse, tolerances, type ChunkRecord } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { maxPool, planGather, resolveSampling } from '@longread/planner';
import { scoreTokens } from '@longread/planner/score-tokens.ref.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import prompts from '../../../e2e/golden/forward.json';
import golden from '../../../e2e/golden/reform.json';
import capitalLogits from '../../../e2e/golden/logits-capital.f32?url';
import mobyLogits from '../../../e2e/golden/logits-moby.f32?url';
import storyLogits from '../../../e2e/golden/logits-story.f32?url';
import { createCompressor } from './compress.ts';
import { decode } from './decode.ts';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer, type Transformer } from './forward/transformer.ts';
import { gather, type EmbeddingSource } from './gather.ts';
import { openModel, uploadModel, type Model } from './load.ts';
import { recompute } from './recompute.ts';
import { maxError, overlap, sum } from './testing/numbers.ts';

const logitsUrls: Readonly<Record<string, string>> = {
  capital: capitalLogits,
  moby: mobyLogits,
  story: storyLogits,
};
/** Neighbours in the golden ranking that differ by less may change places. */
const clearMargin = 0.05;

let gpu: Gpu;
let model: Model;
let transformer: Transformer;

beforeAll(async () => {
  gpu = await createGpu(navigator.gpu);
  const owner = gpu.owner('golden');
  const opened = await openModel({ model: new URL('/model.gguf', location.href) });
  model = await uploadModel(gpu, owner, opened, {});
  transformer = await createTransformer(gpu, owner, model, { maxTokens: 512, maxKeys: 1024 });
}, 120_000);
afterAll(() => gpu.dispose());

describe('forward and greedy decode', () => {
  test.each(prompts)(
    '$name',
    { timeout: 120_000 },
    async ({ name, ids, top20, greedy, greedy_margin_min }) => {
      const cache = await createDecodeCache(gpu, transformer, ids.length + greedy.length + 1);
      const prompt = Uint32Array.from(ids);
      await recompute(gpu, transformer, cache, prompt, { during: 'recompute' });
      const buffer = transformer.activations.logits;
      const logits = new Float32Array(await gpu.recorder.read(buffer, 0, 4 * model.config.vocabSize));
      const response = await fetch(logitsUrls[name] ?? '');
      const error = nmse(logits, new Float32Array(await response.arrayBuffer()));
      console.log(`golden ${name}: logits NMSE ${error.toExponential(2)}`);
      expect(error).toBeLessThan(tolerances.logits.limit);

      const top = top20.slice(0, 5).map(([id = 0, logit = 0]) => ({ id, logit }));
      for (const [i, { id, logit }] of top.entries()) {
        const next = top[i + 1];
        if (next === undefined || logit - next.logit <= clearMargin) continue;
        expect(logits[id]).toBeGreaterThan(logits[next.id] ?? Infinity);
      }

      const generated: number[] = [];
      const tokens = decode(gpu, transformer, cache, {
        sampling: resolveSampling({}),
        maxNewTokens: greedy.length,
        endIds: model.tokenizer.endOfTurnIds,
        firstSlot: ids.length,
        history: prompt,
      });
      for await (const id of tokens) generated.push(id);
      cache.dispose();
      const same = generated.findIndex((id, i) => id !== greedy[i]);
      console.log(
        `golden ${name}: greedy tokens equal ${same < 0 ? greedy.length : same} of ${greedy.length}`,
      );
      if (greedy_margin_min >= clearMargin || same < 0) expect(generated).toEqual(greedy);
    },
  );
});

describe('compress, search and selection', () => {
  const { settings, document_ids, question_ids } = golden;
  const { headDim, numKvHeads } = { headDim: 64, numKvHeads: 3 };
  const heads = settings.heads.map(({ layer, type, head }) => ({ layer, type: type as 'Q' | 'K', head }));
  const width = heads.length * headDim;
  const numTokens = document_ids.length;
  const pass = { during: 'compress' };
  const chunks: ChunkRecord[] = [];
  /** Unit embeddings in f32, before they are stored as int8; the question's follow the document's. */
  const exact = new Float32Array((numTokens + question_ids.length) * width);
  const query = () => exact.subarray(numTokens * width);
  let moments: Float64Array = new Float64Array();

  test('keeps the golden tokens with the golden scores', { timeout: 400_000 }, async () => {
    const compressor = await createCompressor(gpu, transformer, { ...settings, heads });
    const keptTokens = new Map<string, number[]>();
    const figures = { overlap: 1, score: 0 };
    for (const [index, wanted] of golden.after_chunk.entries()) {
      const first = index * settings.chunkSize;
      const tokenIds = Uint32Array.from(document_ids.slice(first, first + settings.chunkSize));
      exact.set(await compressor.embed(tokenIds, pass), first * width);
      const embeddings = await compressor.compress(tokenIds, pass);
      chunks.push({ index, tokenIds, charEnds: tokenIds, embeddings });
      const state = await compressor.save();
      for (const layer of ['0', '5', '9'] as const) {
        const flags = await compressor.keptFlags(Number(layer));
        const numEntries = flags.length / numKvHeads;
        for (let head = 0; head < numKvHeads; head++) {
          const before = keptTokens.get(`${layer}.${head}`) ?? [];
          const entries = [...before, ...Array.from(tokenIds, (_, i) => first + i)];
          const kept = entries.filter((_, i) => flags[head * numEntries + i] === 1);
          keptTokens.set(`${layer}.${head}`, kept);
          figures.overlap = Math.min(figures.overlap, overlap(kept, wanted.kept[layer][head] ?? []));
          const row = (Number(layer) * numKvHeads + head) * state.numSlots;
          const received = sum(state.scores.subarray(row, row + state.numSlots));
          const error = Math.abs(received / (wanted.score_sum[layer][head] ?? NaN) - 1);
          figures.score = Math.max(figures.score, error);
        }
      }
    }
    exact.set(await compressor.embed(Uint32Array.from(question_ids), pass), numTokens * width);
    ({ moments } = compressor);
    compressor.dispose();
    console.log(
      `golden compress: kept overlap ${figures.overlap}, score sums off by ${figures.score} at most`,
    );
    expect(figures.overlap).toBeGreaterThanOrEqual(0.995);
    expect(figures.score).toBeLessThan(1e-3);
  });

  test('embeds like the golden pairs', () => {
    const dots = golden.embedding_dots.map(([a, b]) =>
      heads.map((_, part) => {
        const at = (token: unknown) => Number(token) * width + part * headDim;
        const [x, y] = [a, b].map((token) => exact.subarray(at(token), at(token) + headDim));
        return sum((x ?? []).map((value, i) => value * (y?.[i] ?? NaN)));
      }),
    );
    const error = maxError(
      dots.flat(),
      golden.embedding_dots.flatMap((pair) => pair[2] as number[]),
    );
    console.log(`golden embeddings: dots off by ${error.toExponential(2)} at most`);
    expect(error).toBeLessThan(1e-4);
  });

  test.each(['cosine', 'standardised'] as const)('scores and selects: %s', async (scoring) => {
    const wanted = scoring === 'cosine' ? golden.cosine_scores : golden.standardised_scores;
    const selected = scoring === 'cosine' ? golden.selected_cosine : golden.selected_standardised;
    const scores = scoreTokens(
      query(),
      question_ids.length,
      exact.subarray(0, numTokens * width),
      heads.length,
      headDim,
      scoring,
    );
    const { smoothWindow, gatherSize, keepEnds } = settings;
    const plan = { smoothWindow, gatherSize, keepEnds, scoring, hops: 1, peaks: 3, peakSpan: 12 };
    const fromExact = overlap(planGather(scores, plan), selected);

    // The way the engine goes: int8 embeddings, the similarity kernel, moments instead of a pass over the document.
    const source: EmbeddingSource = {
      numTokens,
      chunkSize: settings.chunkSize,
      chunkStarts: [0],
      numParts: heads.length,
      headDim,
      moments,
      blocks: async function* () {
        yield* await Promise.resolve(chunks);
      },
      block: () => Promise.reject(new Error('one hop needs no block')),
    };
    const found = await gather(gpu, source, query(), plan, pass);
    const fromStored = overlap(found.positions, selected);
    console.log(
      `golden ${scoring}: scores off by ${maxError(scores, wanted).toExponential(2)} at most, ` +
        `selection ${fromExact} from f32, ${fromStored} from stored embeddings (pooled scores there off by ` +
        `${maxError(found.scores, maxPool(Float32Array.from(wanted), smoothWindow)).toExponential(2)} at most)`,
    );
    expect(maxError(scores, wanted)).toBeLessThan(1e-3);
    expect(fromExact).toBeGreaterThanOrEqual(0.99);
    // int8 storage moves scores by about 1e-3: one plateau of the window that sits at the cut may change sides.
    expect(fromStored).toBeGreaterThanOrEqual(1 - (2 * smoothWindow) / gatherSize);
  });
});
