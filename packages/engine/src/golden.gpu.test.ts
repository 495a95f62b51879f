// The real model against values computed in float64 by other programs (e2e/golden/README.md): forward, greedy decode, and compress
// with its scores, selections and hops. Needs the default model, which the test command fetches.
import { nmse, tolerances, type ChunkRecord, type EmbeddingHead, type GatherSettings } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { allScores, bestWindows, defaultGather, maxPool, planGather, planHop } from '@longread/planner';
import { planWholeWindows, resolveSampling, scoresIn } from '@longread/planner';
import { scoreTokens } from '@longread/planner/score-tokens.ref.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import prompts from '../../../e2e/golden/forward.json';
import margins from '../../../e2e/golden/greedy.json';
import product from '../../../e2e/golden/product.json';
import late from '../../../e2e/golden/late.json';
import golden from '../../../e2e/golden/reform.json';
import stored from '../../../e2e/golden/stored.json';
import capitalLogits from '../../../e2e/golden/logits-capital.f32?url';
import mobyLogits from '../../../e2e/golden/logits-moby.f32?url';
import storyLogits from '../../../e2e/golden/logits-story.f32?url';
import { createCompressor } from './compress.ts';
import { decode } from './decode.ts';
import { createDecodeCache, type DecodeCache } from './forward/decode-cache.ts';
import { createTransformer, type Transformer } from './forward/transformer.ts';
import { gather } from './gather.ts';
import { openModel, uploadModel, type Model } from './load.ts';
import { recompute } from './recompute.ts';
import { distinctHeads, gpuChoices, partsOf, quadChoice, sourceOf } from './testing/golden.ts';
import { maxError, maxScoreError, overlap, sum } from './testing/numbers.ts';

const logitsUrls: Readonly<Record<string, string>> = {
  capital: capitalLogits,
  moby: mobyLogits,
  story: storyLogits,
};
const fetchLogits = async (name = '') =>
  new Float32Array(await (await fetch(logitsUrls[name] ?? '')).arrayBuffer());
/** Logits that differ by less may change places; of eight tokens a prompt none may. */
const closeMargin = 0.01;
const comparedAtLeast = 8;

const passSize = { maxTokens: 512, maxKeys: 1024 };

let gpu: Gpu;
let model: Model;
let transformer: Transformer;

beforeAll(async () => {
  gpu = await createGpu(navigator.gpu);
  const owner = gpu.owner('golden');
  const opened = await openModel({ model: new URL('/model.gguf', location.href) });
  model = await uploadModel(gpu, owner, opened, {});
  transformer = await createTransformer(gpu, owner, model, passSize, quadChoice(gpu));
}, 120_000);
afterAll(() => gpu.dispose());

/** Greedy tokens behind a prompt that was recomputed. */
async function generate(
  by: Transformer,
  cache: DecodeCache,
  history: Uint32Array<ArrayBuffer>,
  most: number,
) {
  const options = { sampling: resolveSampling({}), maxNewTokens: most, firstSlot: history.length, history };
  const generated: number[] = [];
  for await (const id of decode(gpu, by, cache, { ...options, endIds: model.tokenizer.endOfTurnIds }))
    generated.push(id);
  return generated;
}

describe('forward and greedy decode', () => {
  test.each(prompts)('$name', { timeout: 120_000 }, async (wanted) => {
    const { name, ids, top20, greedy } = wanted;
    const { margins: distances, ended } = margins[name as keyof typeof margins];
    expect(distances).toHaveLength(greedy.length + Number(ended));
    const cache = await createDecodeCache(gpu, transformer, ids.length + distances.length + 1);
    const prompt = Uint32Array.from(ids);
    await recompute(gpu, transformer, cache, prompt, { during: 'recompute' });
    const { logits: buffer, hidden } = transformer.activations;
    const logits = new Float32Array(await gpu.recorder.read(buffer, 0, 4 * model.config.vocabSize));
    const rowBytes = 4 * model.config.hiddenSize;
    const row = new Float32Array(await gpu.recorder.read(hidden, (ids.length - 1) * rowBytes, rowBytes));
    const wantedLogits = await fetchLogits(name);
    const errors = {
      logits: nmse(logits, wantedLogits),
      most: maxError(logits, wantedLogits),
      hidden: nmse(row, wanted.hidden_last_token_after_layer['29']),
    };

    const generated = await generate(transformer, cache, prompt, distances.length);
    cache.dispose();
    console.log(`golden ${name}: logits and hidden state NMSE`, errors, `${generated.length} tokens`);

    expect(errors.logits).toBeLessThan(tolerances.logits.limit);
    expect(errors.hidden).toBeLessThan(tolerances.logits.limit);
    expect(errors.most).toBeLessThan(closeMargin / 2);
    expect(top20).toHaveLength(20);
    for (const [i, [id = NaN, logit = NaN]] of top20.entries()) {
      expect(logits[id]).toBeCloseTo(logit, 2);
      const next = top20[i + 1];
      if (next && logit - (next[1] ?? NaN) > closeMargin)
        expect(logits[id]).toBeGreaterThan(logits[next[0] ?? NaN] ?? Infinity);
    }
    // Without a close choice on the way all tokens are compared, and that nothing follows where the turn ended.
    const firstClose = distances.findIndex((distance) => distance < closeMargin);
    const compared = firstClose === -1 ? undefined : Math.max(comparedAtLeast, firstClose);
    expect(generated.slice(0, compared)).toEqual(greedy.slice(0, compared));
  });
});

test('logits of a prompt and tokens behind it by the kernels of a GPU', { timeout: 240_000 }, async () => {
  const [wanted] = prompts;
  const prompt = Uint32Array.from(wanted?.ids ?? []);
  const wantedLogits = await fetchLogits(wanted?.name);
  for (const choice of gpuChoices(gpu, model.config)) {
    const owner = gpu.owner('as a gpu');
    const asGpu = await createTransformer(gpu, owner, model, passSize, choice);
    const cache = await createDecodeCache(gpu, asGpu, prompt.length + comparedAtLeast);
    try {
      await recompute(gpu, asGpu, cache, prompt, { during: 'recompute' });
      const { logits } = asGpu.activations;
      const got = new Float32Array(await gpu.recorder.read(logits, 0, 4 * model.config.vocabSize));
      expect(nmse(got, wantedLogits)).toBeLessThan(tolerances.logits.limit);
      const generated = await generate(asGpu, cache, prompt, comparedAtLeast);
      expect(generated).toEqual(wanted?.greedy.slice(0, comparedAtLeast));
    } finally {
      cache.dispose();
      owner.dispose();
    }
  }
});

describe('compress, search and selection', () => {
  const { settings, document_ids, question_ids } = golden;
  const { headDim, numKvHeads } = { headDim: 64, numKvHeads: 3 };
  const namedHeads = settings.heads as readonly EmbeddingHead[];
  const productHeads = product.settings.heads as readonly EmbeddingHead[];
  /** Heads take no part in eviction: one reading serves both sets. */
  const heads = distinctHeads([...namedHeads, ...productHeads]);
  const width = heads.length * headDim;
  const numTokens = document_ids.length;
  const pass = { during: 'compress' };
  const chunks: ChunkRecord[] = [];
  /** Unit embeddings in f32, before they are stored as int8; the question's follow the document's. */
  const exact = new Float32Array((numTokens + question_ids.length) * width);
  let moments: Float64Array = new Float64Array();

  const exactOf = (wanted: readonly EmbeddingHead[]) => partsOf(exact, heads, wanted, headDim);
  const split = (wanted: readonly EmbeddingHead[]) => {
    const both = exactOf(wanted);
    const end = numTokens * wanted.length * headDim;
    return { document: both.subarray(0, end), query: both.subarray(end) };
  };
  const stages = (wanted: readonly EmbeddingHead[]) =>
    sourceOf({ heads, headDim, chunkSize: settings.chunkSize, chunks, moments }, wanted);

  test('keeps the golden tokens with the golden scores', { timeout: 400_000 }, async () => {
    const compressor = await createCompressor(gpu, transformer, { ...settings, heads });
    const keptTokens = new Map<string, number[]>();
    const figures = { overlap: 1, score: 0 };
    for (const [index, wanted] of golden.after_chunk.entries()) {
      const first = index * settings.chunkSize;
      const tokenIds = Uint32Array.from(document_ids.slice(first, first + settings.chunkSize));
      const embeddings = await compressor.compress(tokenIds, pass);
      exact.set(await compressor.exactEmbeddings(), first * width);
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
          expect(kept).toHaveLength(settings.budget);
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
    console.log('golden compress: least share of kept tokens, most relative error of score sums', figures);
    expect(chunks).toHaveLength(Math.ceil(numTokens / settings.chunkSize));
    expect(figures.overlap).toBeGreaterThanOrEqual(0.995);
    expect(figures.score).toBeLessThan(1e-5);
  });

  test.each([
    ['its own', namedHeads, golden.embedding_dots],
    ['the product', productHeads, product.embedding_dots],
  ] as const)('embeds like the golden pairs, with the heads of %s', (_, wanted, pairs) => {
    const embeddings = exactOf(wanted);
    const rowOf = (token: unknown, part: number) => {
      const at = (Number(token) * wanted.length + part) * headDim;
      return embeddings.subarray(at, at + headDim);
    };
    const dots = pairs.map(([a, b]) =>
      wanted.map((_head, part) => sum(rowOf(a, part).map((x, d) => x * (rowOf(b, part)[d] ?? NaN)))),
    );
    const wantedDots = pairs.flatMap((pair) => pair[2] as number[]);
    const error = maxError(dots.flat(), wantedDots);
    console.log(`golden embeddings: dots off by ${error.toExponential(2)} at most`);
    expect(error).toBeLessThan(1e-5);
  });

  test.each(['cosine', 'standardised'] as const)('scores and selects: %s', async (scoring) => {
    const wanted = scoring === 'cosine' ? golden.cosine_scores : golden.standardised_scores;
    const selected = scoring === 'cosine' ? golden.selected_cosine : golden.selected_standardised;
    const afterRounding = scoring === 'cosine' ? stored.selected_cosine : stored.selected_standardised;
    const { document, query } = split(namedHeads);
    const scores = scoreTokens(query, question_ids.length, document, namedHeads.length, headDim, scoring);
    const { smoothWindow, gatherSize, keepEnds } = settings;
    const plan = { ...defaultGather(model.config, 0), smoothWindow, gatherSize, keepEnds, scoring, hops: 1 };
    // The way the engine goes: int8 embeddings, the similarity kernel, moments instead of a pass over the document.
    const found = await gather(gpu, stages(namedHeads), query, plan, pass);
    const pooled = maxPool(Float32Array.from(wanted), smoothWindow);
    const figures = { exact: maxError(scores, wanted), pooledStored: maxScoreError(found.scores, pooled) };
    console.log(`golden ${scoring}: selection ${overlap(found.positions, selected)}, scores`, figures);
    expect(figures.exact).toBeLessThan(1e-4);
    expect(figures.pooledStored).toBeLessThan(scoring === 'cosine' ? 3e-3 : 5e-2);
    expect([...planGather(allScores(scores), plan)]).toEqual(selected);
    expect([...found.positions]).toEqual(afterRounding);
    // What int8 storage costs: one plateau of the window.
    const lost = selected.filter((position) => !found.positions.includes(position));
    expect(lost.length).toBeLessThanOrEqual(smoothWindow);
    expect((lost.at(-1) ?? 0) - (lost[0] ?? 0)).toBeLessThan(smoothWindow);
  });

  test('late interaction', async () => {
    const { document, query } = split(productHeads);
    const plan = {
      ...defaultGather(model.config, 0),
      ...late.settings,
      scoring: 'late-interaction',
      followFrom: Infinity,
      hops: 1,
    } as const;
    const numParts = productHeads.length;
    const scores = scoreTokens(
      query,
      question_ids.length,
      document,
      numParts,
      headDim,
      plan.scoring,
      plan.smoothWindow,
      plan.lateHeads,
    );
    const found = await gather(gpu, stages(productHeads), query, plan, pass);
    const figures = {
      exact: maxError(scores, late.exact.scores),
      stored: maxScoreError(found.scores, late.stored.scores),
    };
    console.log(`golden late interaction: of ${Math.max(...scores)}, scores off by`, figures);
    expect(figures.exact).toBeLessThan(1e-3);
    expect(figures.stored).toBeLessThan(1e-2);
    const windows = bestWindows(allScores(scores), plan, plan.gatherSize + 2 * plan.keepEnds);
    expect([...planWholeWindows(windows, scores.length, plan)]).toEqual(late.exact.selected);
    expect([...found.positions]).toEqual(late.stored.selected);
  });

  test("the product's own heads, in its two hops", async () => {
    const plan: GatherSettings = defaultGather(model.config, 0);
    const { document, query } = split(productHeads);
    const rowWidth = productHeads.length * headDim;
    const scoresFor = (question: Float32Array) =>
      scoreTokens(question, question.length / rowWidth, document, productHeads.length, headDim, plan.scoring);
    const first = scoresFor(query);
    const spans = planHop(allScores(first), plan);
    const asked = spans.flatMap(({ start, end }) => [...document.subarray(start * rowWidth, end * rowWidth)]);
    const second = scoresFor(Float32Array.from(asked));
    const figures = {
      first: maxError(first, product.exact[0]?.scores ?? []),
      second: maxError(second, product.exact[1]?.scores ?? []),
    };
    expect(spans.map(({ start, end }) => [start, end])).toEqual(product.exact[1]?.spans);

    const found = await gather(gpu, stages(productHeads), query, plan, pass);
    const pooled = product.stored.map(({ scores }) => maxPool(Float32Array.from(scores), plan.smoothWindow));
    // What was gathered has its score by a hop that has it among its best, though one of another hop may be higher.
    const errorAt = (position: number) =>
      Math.min(...pooled.map((of) => Math.abs((of[position] ?? NaN) - found.scores.at(position))));
    const figuresStored = Math.max(...[...found.positions].map(errorAt));
    const highest = Math.max(...pooled.flatMap((of) => [...of]));
    expect(Math.max(...scoresIn(found.scores, { start: 0, end: numTokens }))).toBeCloseTo(highest, 3);
    console.log('golden product: scores off by', figures, 'pooled from stored embeddings by', figuresStored);
    expect(Math.max(figures.first, figures.second)).toBeLessThan(1e-4);
    expect(figuresStored).toBeLessThan(1e-3);
    expect([...found.positions]).toEqual(product.stored[1]?.selected);
  });
});
