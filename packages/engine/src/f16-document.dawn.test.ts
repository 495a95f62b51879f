// A document that was read with tiles in f16 is opened with tiles in f32, and the other way round: it gives the same passages. Without
// f16 on the adapter both are f32, and the test says no more than that a file moves.
import { createGpu } from '@longread/gpu';
import type { TuningStore } from '@longread/store';
import { afterEach, expect, inject, test, vi } from 'vitest';
import type { Engine } from './index.ts';
import { createEngine } from './index.ts';
import { blankTuning } from './kernels/tune.ts';
import { openModel } from './load.ts';
import { gpuChoice } from './testing/golden.ts';
import { tinyModel, tinyProse, tinySettings } from './testing/tiny.ts';

/** What hosts find of their device. */
const forced = vi.hoisted(() => ({ tunings: undefined as TuningStore | undefined }));
vi.mock(import('@longread/store'), async (original) => {
  const store = await original();
  return { ...store, openMemoryTuningStore: () => forced.tunings ?? store.openMemoryTuningStore() };
});

vi.setConfig({ testTimeout: 300_000 });

const { gpu: webGpu } = navigator;
const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()));
});

async function engineWith(isF16: boolean): Promise<Engine> {
  const gpu = await createGpu(webGpu);
  const hasF16 = gpu.facts.features.includes('shader-f16');
  const { file } = await openModel({ model: tinyModel() });
  const blank = await blankTuning(gpu);
  const { rows } = gpuChoice(gpu, file.config, { isF16: isF16 && hasF16 });
  gpu.dispose();
  forced.tunings = { find: () => Promise.resolve({ ...blank, rows }), put: () => Promise.resolve() };
  const engine = await createEngine({
    model: tinyModel(),
    gpu: webGpu,
    worker: false,
    storage: 'memory',
    read: tinySettings,
    tune: false,
  });
  engines.push(engine);
  const { tuning } = await engine.info();
  const used = tuning.tested.filter((key) => key.startsWith('flash-attention/'));
  expect(used.length, 'attention in one dispatch is what is forced').toBe(2);
  expect(used.every((key) => key.includes('-f16') === (isF16 && hasF16))).toBe(true);
  return engine;
}

test('the same passages on the other device', async ({ task, skip }) => {
  if (inject('onlyFeature') === 'subgroups') {
    task.meta.leftOut = true;
    skip('its kernels need no subgroups');
  }
  const ask = { maxNewTokens: 4, gather: { gatherSize: 64 } };
  const text = tinyProse(300);
  for (const isF16 of [true, false]) {
    const writer = await engineWith(isF16);
    const book = await writer.ingest(text, { title: 'Prose' });
    const file = await new Response(await book.export()).blob();
    const reader = await engineWith(!isF16);
    const { id } = await reader.documents.import(file);
    const copy = await reader.documents.open(id);
    for (const question of ['Where is the harbour?', 'sand and rain', 'who sails there']) {
      const { evidence: wanted } = await book.ask(question, ask).result();
      const { evidence: got } = await copy.ask(question, ask).result();
      expect(wanted.length).toBeGreaterThan(0);
      const placesOf = (passages: typeof got) => passages.map(({ start, end }) => [start, end]);
      expect(placesOf(got)).toEqual(placesOf(wanted));
    }
  }
});
