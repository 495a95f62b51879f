// Tuning on a tiny model: every shape class measured or explained, kept, found again, bounded and skippable.
import { fastestVariant } from '@longread/core';
import { siluMul } from '@longread/shaders';
import { openTuningStore, type TuningStore } from '@longread/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Progress } from '../api.ts';
import { createTinyEngine, createTinyStage, type TinyStage } from '../testing/tiny.ts';
import { selfTest } from './self-test.ts';
import { testKernels, tuneKernels } from './tune.ts';

let stage: TinyStage;
beforeAll(async () => {
  stage = await createTinyStage(64, 256);
}, 60_000);
afterAll(() => stage.gpu.dispose());

const freshStore = () => openTuningStore(`test ${crypto.randomUUID()}`);

/** What is known before anything was measured. */
const nothing = async () => (await tune(freshStore(), undefined)).tuning;

/** Tunes with `store`; also what it reported. */
async function tune(store: TuningStore, limitMs: number | undefined) {
  const { gpu, model } = stage;
  const steps: Progress[] = [];
  const tuning = await tuneKernels(gpu, model, store, { limitMs, onProgress: (step) => steps.push(step) });
  return { tuning, steps };
}

describe('tuning', () => {
  test('measures every variant the device can run, or says why not, and finds it all again', async () => {
    const store = freshStore();
    const { gpu } = stage;
    const liveBytes = gpu.liveBytes;
    const { tuning, steps } = await tune(store, 60_000);
    expect(gpu.liveBytes).toBe(liveBytes);
    const { rows } = tuning;
    const names = new Set(rows.map(({ variant }) => variant));
    expect([...names].sort()).toEqual([
      'matmul',
      'matmul-quad',
      'matmul-subgroup',
      'matmul-tiled',
      'matvec',
      'matvec-rows',
      'matvec-subgroup',
    ]);
    for (const { kernel, shapeClass, ms, note } of rows) {
      expect(fastestVariant(rows, kernel, shapeClass)).toBeDefined();
      expect(ms ?? note).toBeTruthy();
    }
    const cases = new Set(rows.map(({ kernel, shapeClass }) => `${kernel} ${shapeClass}`)).size;
    expect(steps.at(-1)).toEqual({ phase: 'tune', done: cases, total: cases, unit: 'cases' });
    const again = await tune(store, 60_000);
    expect(again.tuning).toEqual(tuning);
    expect(again.steps).toEqual([]);
  });

  test('no time leaves the defaults; off measures and stores nothing', async () => {
    const late = await tune(freshStore(), 0);
    expect(late.tuning.rows.map(({ note }) => note)).toContain('time limit');
    expect(late.tuning.rows.every(({ ms }) => ms === undefined)).toBe(true);
    const store = freshStore();
    const off = await tune(store, undefined);
    expect(off.tuning.rows).toEqual([]);
    expect(await store.find(off.tuning.adapter, off.tuning.version)).toBeUndefined();
  });

  test('skipped: ends at once, and the next load measures what is left', async () => {
    const { gpu, model } = stage;
    const store = freshStore();
    const controller = new AbortController();
    const { rows } = await tuneKernels(gpu, model, store, {
      limitMs: 60_000,
      skip: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    const open = rows.filter(({ note }) => note === 'time limit');
    expect(open.length).toBeGreaterThan(0);
    expect(open.length).toBeLessThan(rows.length);
    expect((await tune(store, 60_000)).tuning.rows.map(({ note }) => note)).not.toContain('time limit');
  });

  test('what the limit left open is measured at the next load', async () => {
    const store = freshStore();
    const { rows } = (await tune(store, 0)).tuning;
    expect(rows.every(({ ms }) => ms === undefined)).toBe(true);
    const next = await tune(store, 60_000);
    expect(next.tuning.rows.map(({ note }) => note)).not.toContain('time limit');
    expect(next.tuning.rows.length).toBe(rows.length);
    expect((await tune(store, 60_000)).steps).toEqual([]);
  });

  test('is cancelled by the signal of the load, and keeps nothing then', async () => {
    const { gpu, model } = stage;
    const store = freshStore();
    const controller = new AbortController();
    const tuning = tuneKernels(gpu, model, store, {
      limitMs: 60_000,
      signal: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    await expect(tuning).rejects.toMatchObject({ code: 'Aborted' });
    const { adapter, version } = await nothing();
    expect(await store.find(adapter, version)).toBeUndefined();
  });

  test('a record of other kernels, or none at all, is not used', async () => {
    const store = freshStore();
    const { tuning } = await tune(store, 0);
    expect(await store.find(tuning.adapter, 'another version')).toBeUndefined();
    await store.put({ ...tuning, rows: [{ kernel: 1 }] as never });
    expect(await store.find(tuning.adapter, tuning.version)).toBeUndefined();
  });

  test('an engine tells its table, and which kernels were tested', async () => {
    const engine = await createTinyEngine();
    const { tuning } = await engine.info();
    await engine.dispose();
    expect(tuning.adapter).toContain('swiftshader');
    expect(tuning.version).toMatch(/^[0-9a-f]{64}$/);
    expect(tuning.tested.some((key) => key.startsWith('matmul '))).toBe(true);
  });
});

describe('self-test', () => {
  test('passes here once, and is not run again', async () => {
    const { gpu } = stage;
    const store = freshStore();
    const first = await testKernels(gpu, await nothing(), store, {});
    const compiled = await gpu.kernels.compiled();
    expect(first.tested.length).toBeGreaterThan(5);
    expect(compiled.map(({ key }) => key)).toEqual(expect.arrayContaining([...first.tested]));
    const steps: Progress[] = [];
    const stored = await store.find(first.adapter, first.version);
    await testKernels(gpu, stored ?? first, store, { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([]);
  });

  test('a device that computes wrong numbers is refused by name', async () => {
    const { gpu } = stage;
    const source = siluMul.source.replace('1.0 + exp', '1.01 + exp');
    expect(source).not.toBe(siluMul.source);
    const wrong = await gpu.kernels.get({ ...siluMul, source }, { WORKGROUP_SIZE: 3 });
    const refusal = selfTest(gpu, [wrong], {});
    await expect(refusal).rejects.toMatchObject({
      code: 'WebGpuUnavailable',
      details: { kernel: 'silu-mul', adapter: gpu.facts.adapter },
    });
  });
});
