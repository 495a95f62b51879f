// Recommended models on devices of several kinds: what fits, what does not and why, and in which order.
import { OutOfMemoryError, WebGpuUnavailableError, type Tuning } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { expect, test } from 'vitest';
import { recommendOn } from './recommend.ts';

type Device = Pick<Gpu, 'facts' | 'recorder' | 'owner'>;

/** A device with so many bytes of memory, and what it was asked for. */
function deviceOf(memoryBytes: number, facts: Partial<Gpu['facts']> = {}) {
  let asked = 0;
  let isDisposed = false;
  const limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31, isSoftware: false };
  const device = {
    facts: { ...limits, ...facts },
    recorder: { ownBytes: 1000 },
    owner: () => ({
      storage: (_: string, bytes: number) => (asked += bytes),
      settled: () =>
        asked <= memoryBytes
          ? Promise.resolve()
          : Promise.reject(new OutOfMemoryError('full', {}, { cause: undefined })),
      dispose: () => (isDisposed = true),
    }),
  } as unknown as Device;
  return { device, asked: () => asked, isDisposed: () => isDisposed };
}

const tuningAt = (gflops: number): Tuning => ({
  adapter: '',
  version: '',
  tested: [],
  failed: [],
  rows: [
    { kernel: 'matmul', shapeClass: '', variant: 'a', key: 'a', ms: 1, gflops, note: '' },
    { kernel: 'matmul', shapeClass: '', variant: 'b', key: 'b', ms: undefined, gflops: undefined, note: '' },
    { kernel: 'matvec', shapeClass: '', variant: 'c', key: 'c', ms: 1, gflops: 1e9, note: '' },
  ],
});

const parametersOf = (models: readonly { readonly parameters: number }[]) =>
  models.map(({ parameters }) => parameters);

test('a roomy device gets all, the largest first, and its memory back', async () => {
  const { device, asked, isDisposed } = deviceOf(64e9);
  const { models, gpuBytes } = await recommendOn(device, undefined);
  expect(models.every(({ fits, reason }) => fits && reason === undefined)).toBe(true);
  expect(parametersOf(models)).toEqual(parametersOf(models).toSorted((a, b) => b - a));
  const needs = models.map((model) => model.gpuBytes);
  expect(gpuBytes).toBe(Math.max(...needs));
  expect(asked()).toBe(gpuBytes);
  expect(isDisposed()).toBe(true);
  for (const { model, gpuBytes: need, fileBytes = 0 } of models) {
    expect(model).toMatch(/^hf:/);
    // Weights take about their file's bytes or more, and a chunk, a document and a question come on top.
    expect(need).toBeGreaterThan(fileBytes);
    expect(need).toBeLessThan(2.5 * fileBytes + 1e9);
  }
});

test('what does not fit stands behind what does, and says what it needs and what there is', async () => {
  const { device, isDisposed } = deviceOf(1.5e9);
  const { models, gpuBytes = 0 } = await recommendOn(device, undefined);
  expect(gpuBytes).toBeGreaterThan(1.4e9);
  expect(gpuBytes).toBeLessThanOrEqual(1.5e9);
  const numFitting = models.filter(({ fits }) => fits).length;
  expect(numFitting).toBeGreaterThan(2);
  expect(numFitting).toBeLessThan(models.length - 2);
  for (const [i, { name, fits, gpuBytes: need, reason = '' }] of models.entries()) {
    expect(fits).toBe(i < numFitting);
    expect(fits).toBe(need <= gpuBytes);
    const [needMegabytes, roomMegabytes] = [need, gpuBytes].map((bytes) => Math.ceil(bytes / 1e6));
    if (!fits)
      expect(reason).toBe(
        `${name} needs ${needMegabytes} MB of GPU memory, and this device gave ${roomMegabytes} MB when it was asked.`,
      );
  }
  expect(isDisposed()).toBe(true);
});

test('a device that gives nothing holds none', async () => {
  const { models, gpuBytes } = await recommendOn(deviceOf(0).device, undefined);
  expect(gpuBytes).toBe(0);
  expect(models.some(({ fits }) => fits)).toBe(false);
});

test('a limit of the device is said as a load says it', async () => {
  const { device } = deviceOf(64e9, { maxStorageBufferBindingSize: 1e6 });
  const { models } = await recommendOn(device, undefined);
  for (const { fits, reason } of models) {
    expect(fits).toBe(false);
    expect(reason).toMatch(/needs \d+ bytes, but this device's maxStorageBufferBindingSize is 1000000/);
  }
});

test('a processor is not asked for memory, and gets the smallest first', async () => {
  const { device, asked } = deviceOf(64e9, { isSoftware: true });
  const { models, gpuBytes } = await recommendOn(device, undefined);
  expect([asked(), gpuBytes]).toEqual([0, undefined]);
  expect(parametersOf(models)).toEqual(parametersOf(models).toSorted((a, b) => a - b));
});

test('what tuning measured tells how quickly each reads, and slow ones stand behind', async () => {
  const { device } = deviceOf(64e9);
  const of = async (gflops: number) => (await recommendOn(device, tuningAt(gflops))).models;
  const speeds = (await of(100)).map(({ readTokensPerSecond = 0 }) => readTokensPerSecond);
  expect(Math.min(...speeds)).toBeGreaterThan(0);
  const [[slowFirst], [quickFirst]] = [await of(10), await of(10_000)];
  expect(slowFirst?.parameters).toBeLessThan(quickFirst?.parameters ?? 0);
  const { models } = await recommendOn(device, { ...tuningAt(1), rows: [] });
  expect(models.every(({ readTokensPerSecond }) => readTokensPerSecond === undefined)).toBe(true);
});

test('where there is no device none fits, and why is said', async () => {
  const none = new WebGpuUnavailableError('WebGPU found no adapter.', {});
  const { models, gpuBytes } = await recommendOn(none, undefined);
  expect(gpuBytes).toBeUndefined();
  expect(models.length).toBeGreaterThan(8);
  for (const { fits, reason } of models) expect([fits, reason]).toEqual([false, none.message]);
});
