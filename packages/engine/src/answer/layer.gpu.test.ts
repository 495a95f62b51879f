// What the strategy layer scores by, on a tiny model: a question's attention to a layer's keys as a dense computation has it.
import { expect, test } from 'vitest';
import { createReference } from '../testing/reference.ts';
import { dot } from '../testing/reference-attention.ts';
import { createTinyStage, tinySettings } from '../testing/tiny.ts';
import { layerScores } from './layer-scores.ts';

test('scores are the attention of a dense float64 pass, summed over heads and the question', async () => {
  const stage = await createTinyStage(64, 512);
  const { gpu, file, transformer } = stage;
  const { numHeads, numKvHeads, headDim } = file.config;
  const token = (i: number) => 3 + ((i * 7919) % 256);
  const ids = Uint32Array.from({ length: 90 }, (_, i) => token(i)); // two chunks, nothing evicted
  const question = Uint32Array.from({ length: 5 }, (_, i) => token(i + 40));
  const got = await layerScores(gpu, transformer, tinySettings, ids, question, { during: 'test' });

  const rows = (await createReference(file))([...ids, ...question]).qkv[tinySettings.exitLayer - 1] ?? [];
  const part = (t: number, head: number) =>
    rows[t]?.subarray(head * headDim, (head + 1) * headDim) ?? new Float64Array();
  const want = new Float64Array(ids.length);
  for (let t = ids.length; t < ids.length + question.length; t++) {
    for (let head = 0; head < numHeads; head++) {
      const keyHead = numHeads + Math.floor(head / (numHeads / numKvHeads));
      const weights = Array.from(ids, (_, j) => {
        return Math.exp(dot(part(t, head), part(j, keyHead)) / Math.sqrt(headDim));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, j) => (want[j] = (want[j] ?? NaN) + weight / total));
    }
  }
  expect(got).toHaveLength(ids.length);
  want.forEach((score, j) => expect(got[j]).toBeCloseTo(score, 4));
  const live = gpu.liveBytes;
  const cancelled = layerScores(gpu, transformer, tinySettings, ids, question, {
    during: 'test',
    signal: AbortSignal.abort(),
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'Aborted' });
  expect(gpu.liveBytes).toBe(live);
  stage.dispose();
});
