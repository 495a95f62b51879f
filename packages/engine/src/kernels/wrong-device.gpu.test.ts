// Whole engines on a device that gets kernels wrong: they answer with the kernels that are right, and nothing locks them out.
import { formatTuning } from '@longread/core';
import { similarityLateInteraction, similarityNearest, similarityStandardised } from '@longread/shaders';
import { openTuningStore } from '@longread/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EngineOptions } from '../api.ts';
import { faultsOfSubgroups, miscompile, type Faults } from '../testing/miscompile.ts';
import { createTinyEngine, tinyProse } from '../testing/tiny.ts';

const text = tinyProse(90);
const settings = { maxNewTokens: 8, gather: { gatherSize: 96 } };

/** What the engine on such a device answers, and its tuning. */
async function load(faults: Faults, options: Partial<EngineOptions> = {}) {
  const compiler = miscompile(faults);
  try {
    const engine = await createTinyEngine(options);
    try {
      const answer = await (await engine.ingest(text)).ask('where?', settings).result();
      return { text: answer.text, tuning: (await engine.info()).tuning, compiled: [...compiler.compiled] };
    } finally {
      await engine.dispose();
    }
  } finally {
    compiler.release();
  }
}

let right: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  right = await load({});
});

/** Times by which the products of the tiny model go by quads. */
const quickQuads = ['64x64', '64x128', '64x256', '128x64'].flatMap((shape) =>
  ['matmul/plain', 'matmul/quad'].map((variant, i) => ({
    kernel: 'matmul',
    shapeClass: `f32 ${shape}`,
    variant,
    key: `${variant} {"WEIGHT_FORMAT":0,"GROUP_SIZE":1,"WORKGROUP_SIZE":4}`,
    ms: 2 - i,
    gflops: 1,
    note: '',
  })),
);

/** Every test begins on a device of which only times are known, and so does the next file. */
const forget = () => openTuningStore().put({ ...right.tuning, tested: [], failed: [] });
beforeEach(forget);
afterAll(forget);

test('the kernels of every scoring are tested at load, whichever the questions choose', () => {
  const tested = right.tuning.tested.map((key) => key.split(' ')[0]);
  for (const operation of [similarityNearest, similarityStandardised, similarityLateInteraction]) {
    expect(tested).toContain(operation.bodies.plain.name);
  }
});

test('every kernel for subgroups wrong: the answer is the same, the table names them, the next load does not try them', async () => {
  await openTuningStore().put({ ...right.tuning, rows: quickQuads, tested: [], failed: [] });
  const wrong = await load(faultsOfSubgroups);
  expect(wrong.text).toBe(right.text);
  const names = [
    'attention/scores-quad',
    'attention/values-quad',
    'decode-attention/split-quad',
    'decode-attention/split-subgroup',
    'matmul/gated-quad',
    'matmul/quad',
  ];
  expect(wrong.tuning.failed.map(({ key }) => key.split(' ')[0]).sort()).toEqual(names);
  const table = formatTuning(wrong.tuning);
  for (const name of names) expect(table).toMatch(new RegExp(`^Not used: ${name} .*exceeds`, 'm'));
  const next = await load(faultsOfSubgroups);
  expect(next.text).toBe(right.text);
  for (const name of names) expect(next.compiled).not.toContain(name);
});

test('nothing right for an operation: refused by name, nothing stored, and a mended driver is not locked out', async () => {
  const faults: Faults = {
    'attention/values': ['y[at] = value *', 'y[at] = 1.01 * value *'],
    'attention/values-quad': faultsOfSubgroups['attention/values-quad'],
  };
  const refusal = load(faults);
  await expect(refusal).rejects.toMatchObject({
    code: 'WebGpuUnavailable',
    details: { kernel: 'attention/values-quad, attention/values' },
  });
  await expect(refusal).rejects.not.toThrow('tune: false');
  const { adapter, version } = right.tuning;
  expect(await openTuningStore().find(adapter, version)).toMatchObject({ tested: [], failed: [] });
  expect((await load({})).text).toBe(right.text);
});
