// Scores of sets of heads on a tiny model, against the float64 reference: a plain forward over sample and question, rounded as stored, and
// the scoring's straight loops.
import { Random, nmse } from '@longread/core';
import { candidateHeads, exitLayerOf } from '@longread/planner';
import { scoreTokens } from '@longread/planner/score-tokens.ref.ts';
import { dequantise, quantise, unitRows } from '@longread/planner/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measured } from './host/memory-ledger.ts';
import { planHeads } from './measure-heads.ts';
import { scoreHeads } from './score-heads.ts';
import { createReference } from './testing/reference.ts';
import { createTinyStage, tinyProse, type TinyStage } from './testing/tiny.ts';

let stage: TinyStage;
beforeAll(async () => {
  stage = await createTinyStage(64, 256);
});
afterAll(() => stage.dispose());

test('heads alone and together score as the reference has it, question by question', async () => {
  const { gpu, transformer, file } = stage;
  const { config } = transformer;
  const { headDim, numHeads, numKvHeads } = config;
  const random = new Random(5);
  const draw = (length: number) => Uint32Array.from({ length }, () => 3 + random.below(250));
  const ids = draw(50);
  const questions = [draw(3), draw(18)];
  const heads = candidateHeads(config, 2).filter((_, i) => i % 2 === 0);
  const all = [...heads, ...heads.slice(1, 4)];
  const sets = [...heads.map((_, first) => ({ first, count: 1 })), { first: heads.length, count: 3 }];
  // Room for everything: what stands before is as in a plain forward.
  const settings = { chunkSize: 30, budget: 128, recent: 32, exitLayer: exitLayerOf(heads), heads: all };
  /** In one chunk, and across two. */
  const hops = [
    { start: 3, end: 7 },
    { start: 25, end: 45 },
  ];
  const got: Float32Array[] = [];
  const hopped: Float32Array[] = [];
  await scoreHeads(
    gpu,
    transformer,
    { ids, questions, hops, settings, sets, window: 9 },
    { during: 'test' },
    { question: (_, scores) => got.push(scores), hop: (_, scores) => hopped.push(scores) },
  );
  const before = gpu.liveBytes;
  const reference = await createReference(file);
  const rowsIn =
    ({ qkv }: ReturnType<typeof reference>) =>
    (from: number, to: number) =>
      unitRows(
        Float32Array.from(
          Array.from({ length: to - from }, (_, t) =>
            all.flatMap(({ layer, type, head }) => {
              const at = { Q: 0, K: numHeads, V: numHeads + numKvHeads }[type] + head;
              return [...(qkv[layer]?.[from + t]?.subarray(at * headDim, (at + 1) * headDim) ?? [])];
            }),
          ).flat(),
        ),
        headDim,
      );
  const storedIn = (rowsOf: ReturnType<typeof rowsIn>) =>
    dequantise(quantise(rowsOf(0, ids.length), ids.length, headDim), headDim);
  for (const [i, question] of questions.entries()) {
    const rowsOf = rowsIn(reference([...ids, ...question]));
    const stored = storedIn(rowsOf);
    const query = rowsOf(ids.length, ids.length + question.length);
    sets.forEach((set, s) => {
      const want = scoreTokens(
        query,
        question.length,
        stored,
        all.length,
        headDim,
        'late-interaction',
        9,
        set,
      );
      const own = got[i]?.subarray(s * ids.length, (s + 1) * ids.length) ?? [];
      expect(nmse(own, want), `question ${i}, set ${s}`).toBeLessThan(1e-5);
    });
  }
  const stored = storedIn(rowsIn(reference(ids)));
  const width = all.length * headDim;
  hops.forEach(({ start, end }, i) => {
    const query = stored.slice(start * width, end * width);
    sets.forEach((set, s) => {
      const own = hopped[i]?.subarray(s * ids.length, (s + 1) * ids.length) ?? [];
      const want = scoreTokens(query, end - start, stored, all.length, headDim, 'standardised', 1, set);
      expect(nmse(own, want), `hop ${i}, set ${s}`).toBeLessThan(1e-5);
    });
  });
  expect(gpu.liveBytes).toBe(before);
});

test('a sample is measured within what was planned', async () => {
  const { gpu, transformer, model } = stage;
  const text = tinyProse(70);
  const evidence = [
    { start: 10, end: 30 },
    { start: 50, end: 90 },
  ];
  const questions = [{ task: 'ship', question: 'where the ship?', evidence }];
  const work = planHeads(gpu, transformer, model.tokenizer, { text, questions }, undefined, {});
  await measured(gpu, transformer, () => [], work); // makes room for its keys, which is the transformer's and stays
  const held = [{ name: 'stage', bytes: gpu.liveBytes, largestBindingBytes: 0, remedy: '' }];
  const { value, memory } = await measured(gpu, transformer, () => held, work);
  expect(memory.peakBytes).toBeLessThanOrEqual(memory.plannedBytes);
  expect(memory.peakBytes).toBeGreaterThan(0.95 * memory.plannedBytes);
  expect(value.sets[0]).toEqual(['L0.Q0']);
  const one = { task: 'ship', figures: value.sets.map(() => expect.anything() as unknown) };
  expect(value.questions).toEqual([one]);
  expect(value.followed).toEqual([one, one]);
});
