// Each kernel that may stand in for another, forced on, on whatever adapter Dawn has, which has f16 where the browser's has not.
import { createGpu, type Gpu } from '@longread/gpu';
import type { KernelSpec } from '@longread/shaders';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { checkForced, untried } from './testing/forced-kernels.ts';

let gpu: Gpu;
// Where a driver has compiled none of it before; lavapipe at 16 lanes takes four minutes beside other work.
vi.setConfig({ testTimeout: 600_000 });

/** Short runs ask for kernels with one feature alone. */
const only = inject('onlyFeature');
const isWanted = ({ features = [] }: KernelSpec) =>
  only === undefined || features.some((feature) => feature === only);

const all = new Set<string>();
beforeAll(async () => {
  gpu = await createGpu(navigator.gpu);
});
afterAll(() => gpu.dispose());

test.each([64, 128, 256])('with heads of %i the model is right by each', async (headDim) => {
  await checkForced(gpu, headDim, isWanted, ({ kernel, verdict, detail, ran }) => {
    console.log(`${gpu.facts.adapter}, heads of ${headDim}: ${kernel ?? 'the first of all'} ${verdict}`);
    expect({ kernel, verdict, detail }).toEqual({ kernel, verdict: 'right', detail: '' });
    if (kernel !== undefined) expect(ran, 'what was forced on has to run').toContain(kernel);
    for (const name of ran) all.add(name);
  });
});

test('all that this device can choose among were', () => {
  expect(untried(gpu, isWanted, all)).toEqual([]);
});
