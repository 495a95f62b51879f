// Where attention in one dispatch was measured to take less time, an engine has no room for scores, and its plan says so: against what
// the device was asked for, as memory.gpu.test.ts does it of the default.
import { openTuningStore } from '@longread/store';
import { expect, onTestFinished, test } from 'vitest';
import type { MemoryStats } from './api.ts';
import { blankTuning } from './kernels/tune.ts';
import { openModel } from './load.ts';
import { watchAllocations } from './testing/allocations.ts';
import { gpuChoice } from './testing/golden.ts';
import { createTinyEngine, sharedGpu, tinyModel, tinyProse } from './testing/tiny.ts';

test('plans and takes less, and exactly that', async () => {
  const gpu = await sharedGpu();
  const { file } = await openModel({ model: tinyModel() });
  const staged = await createTinyEngine();
  const { gpuBytes } = await staged.info();
  await staged.dispose();
  const store = openTuningStore();
  const blank = await blankTuning(gpu);
  const allocations = watchAllocations();
  onTestFinished(async () => {
    await store.put(blank);
    allocations.release();
  });
  await store.put({ ...blank, rows: gpuChoice(gpu, file.config).rows });
  const engine = await createTinyEngine();
  const held = (memory: MemoryStats) => {
    const made = allocations.takePeak();
    expect(memory.peakBytes).toBe(made);
    expect(Math.abs(memory.plannedBytes / made - 1)).toBeLessThan(0.02);
  };
  expect((await engine.info()).gpuBytes).toBeLessThan(gpuBytes);
  allocations.takePeak();
  const book = await engine.ingest(tinyProse(160));
  held(book.memory);
  for (const strategy of ['reform', 'h2o', 'tova', 'cascade', 'zsmerge', 'reform'] as const) {
    const options = { maxNewTokens: 12, gather: { gatherSize: 128 }, strategy };
    held((await book.ask('where?', options).result()).stats.memory);
  }
  await engine.dispose();
});
