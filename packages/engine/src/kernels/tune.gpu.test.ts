// Tuning on a tiny model: every shape class measured or explained, found again when it is kept, bounded and skippable.
import { fastestVariant, withFailure } from '@longread/core';
import { openTuningStore, type TuningStore } from '@longread/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Progress } from '../api.ts';
import { createTinyEngine, createTinyStage, type TinyStage } from '../testing/tiny.ts';
import { tuneKernels } from './tune.ts';

let stage: TinyStage;
beforeAll(async () => {
  stage = await createTinyStage(64, 256);
}, 60_000);
afterAll(() => stage.dispose());

/** Tokens of a chunk: several tiles of every variant. */
const chunkSize = 96;

const freshStore = () => openTuningStore(`test ${crypto.randomUUID()}`);

/** What is known before anything was measured. */
const nothing = async () => (await tune(freshStore(), undefined)).tuning;

/** Tunes with `store`, and keeps what came of it as a load does; also what it reported. */
async function tune(store: TuningStore, limitMs: number | undefined) {
  const { gpu, model } = stage;
  const steps: Progress[] = [];
  const onProgress = (step: Progress) => void steps.push(step);
  const tuning = await tuneKernels(gpu, model, store, { limitMs, chunkSize, onProgress });
  await store.put(tuning);
  return { tuning, steps };
}

describe('tuning', () => {
  test('no time leaves the defaults; the next load measures every variant the device can run, or says why not, and finds it all again', async () => {
    const store = freshStore();
    const { gpu } = stage;
    const liveBytes = gpu.liveBytes;
    const adapter = await navigator.gpu.requestAdapter();
    const late = (await tune(store, 0)).tuning.rows;
    expect(late.every(({ ms, note }) => ms === undefined && note === 'time limit')).toBe(true);
    const { tuning, steps } = await tune(store, 60_000);
    expect(gpu.liveBytes).toBe(liveBytes);
    const { rows } = tuning;
    expect(rows.length).toBe(late.length);
    expect(rows.map(({ note }) => note)).not.toContain('time limit');
    const names = new Set(rows.map(({ variant }) => variant));
    expect([...names].sort()).toEqual([
      'attention/column-sums',
      'attention/column-sums-lanes',
      'attention/scores',
      'attention/scores-quad',
      'attention/softmax',
      'attention/softmax-lanes',
      'attention/values',
      'attention/values-quad',
      'decode-attention/reduce',
      'decode-attention/reduce-lanes',
      'decode-attention/split',
      'decode-attention/split-quad',
      'decode-attention/split-subgroup',
      'decode-attention/split-workgroup',
      'flash',
      'flash-attention/output-d64',
      'flash-attention/output-d64-blocked',
      'flash-attention/received-d64',
      'flash-attention/received-d64-blocked',
      'matmul/plain',
      'matmul/quad',
      'matmul/subgroup',
      'matmul/tiled',
      'matvec/plain',
      'matvec/rows',
      'matvec/subgroup',
      'staged',
    ]);
    const byHost = adapter?.features.has('timestamp-query') ? '' : 'wall clock';
    for (const { kernel, shapeClass, ms, gflops, note } of rows) {
      // What keys receive is not measured where the dispatch before it has lost already.
      if (kernel !== 'flash-attention/received')
        expect(fastestVariant(rows, kernel, shapeClass)).toBeDefined();
      if (ms === undefined || gflops === undefined) {
        expect(note).not.toBe('');
        continue;
      }
      expect(note).toBe(byHost);
      const [numInputs = 0, numOutputs = 0] = (/\d+x\d+/.exec(shapeClass)?.[0] ?? '').split('x').map(Number);
      // Of the whole chunk, however much of it a dispatch had.
      if (kernel === 'matmul')
        expect(gflops * ms * 1e6).toBeCloseTo(2 * chunkSize * numInputs * numOutputs, -1);
    }
    // The parts of attention, which are named by operation and stage, are one case; so are those of decode's.
    const wholes = rows.filter(({ kernel }) => !kernel.includes('/') || kernel === 'decode-attention/split');
    const cases = new Set(wholes.map(({ kernel, shapeClass }) => `${kernel} ${shapeClass}`)).size;
    expect(steps.at(-1)).toEqual({ phase: 'tune', done: cases, total: cases, unit: 'cases' });
    const again = await tune(store, 60_000);
    expect(again.tuning).toEqual(tuning);
    expect(again.steps).toEqual([]);
  });

  test('off measures nothing', async () => {
    expect((await nothing()).rows).toEqual([]);
  });

  test('skipped: ends at once, and the next load measures what is left', async () => {
    const { gpu, model } = stage;
    const store = freshStore();
    const controller = new AbortController();
    const { rows } = await tuneKernels(gpu, model, store, {
      limitMs: 60_000,
      chunkSize,
      skip: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    await store.put({ ...(await nothing()), rows });
    const open = rows.filter(({ note }) => note === 'time limit');
    expect(open.length).toBeGreaterThan(0);
    expect(open.length).toBeLessThan(rows.length);
    expect((await tune(store, 60_000)).tuning.rows.map(({ note }) => note)).not.toContain('time limit');
  });

  test('a kernel that failed its test is named and not measured', async () => {
    const store = freshStore();
    const { tuning } = await tune(store, 0);
    const row = tuning.rows.find(({ variant }) => variant === 'matmul/quad');
    await store.put(withFailure(tuning, { key: row?.key ?? '', reason: 'nmse 1 exceeds 0' }));
    const { rows, failed } = (await tune(store, 60_000)).tuning;
    expect(failed.length).toBe(1);
    const own = rows.filter(({ variant }) => variant === 'matmul/quad');
    expect(own.length).toBeGreaterThan(0);
    for (const { key, ms, note } of own)
      if (key === row?.key) expect([ms, note]).toEqual([undefined, 'failed']);
  });

  test('is cancelled by the signal of the load', async () => {
    const { gpu, model } = stage;
    const store = freshStore();
    const controller = new AbortController();
    const tuning = tuneKernels(gpu, model, store, {
      limitMs: 60_000,
      chunkSize,
      signal: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    await expect(tuning).rejects.toMatchObject({ code: 'Aborted' });
  });

  test('a record of other kernels, or none at all, is not used', async () => {
    const store = freshStore();
    const { tuning } = await tune(store, 0);
    expect(await store.find(tuning.adapter, 'another version')).toBeUndefined();
    const row = {
      kernel: 'matmul',
      shapeClass: 'a',
      variant: 'matmul/plain',
      key: 'matmul/plain {}',
      note: '',
    };
    for (const damage of [
      { rows: [{ kernel: 1 }] },
      { rows: [{ ...row, ms: NaN }] },
      { rows: [{ ...row, ms: -1 }] },
      { rows: [{ ...row, key: undefined }] },
      { tested: [1] },
      { failed: undefined },
      { failed: [{ key: 'matmul/plain {}' }] },
    ]) {
      await store.put({ ...tuning, ...damage } as never);
      expect(await store.find(tuning.adapter, tuning.version), JSON.stringify(damage)).toBeUndefined();
    }
    await store.put({ ...tuning, rows: [{ ...row, ms: 1, gflops: 1 }] });
    expect(await store.find(tuning.adapter, tuning.version)).toBeDefined();
  });

  test('an engine tells its table, and which kernels were tested', async () => {
    const engine = await createTinyEngine();
    const { tuning } = await engine.info();
    await engine.dispose();
    expect(tuning.adapter).toContain('swiftshader');
    expect(tuning.version).toMatch(/^[0-9a-f]{64}$/);
    expect(tuning.tested.some((key) => key.startsWith('matmul/'))).toBe(true);
  });
});
