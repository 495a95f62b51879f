// Choosing among kernels on a device that gets some of them wrong: the next best is taken, what failed is named and not tried again.
import type { Tuning } from '@longread/core';
import { createGpu, type Gpu, type Kernel } from '@longread/gpu';
import {
  matmulGated,
  matmulVariants,
  matvecGated,
  matvecVariants,
  scoresVariants,
  gateMul,
  splitVariants,
  valuesVariants,
  weightOverrides,
  type KernelSpec,
  type KernelVariant,
} from '@longread/shaders';
import { expect, onTestFinished, test } from 'vitest';
import type { Progress } from '../api.ts';
import { faultsOfSubgroups, miscompile, type Faults } from '../testing/miscompile.ts';
import { testedChoice } from './choose.ts';

const unknown: Tuning = { adapter: 'test', version: '0', rows: [], tested: [], failed: [] };
const layout = { format: 'int4', groupSize: 32, rows: 64, cols: 64 } as const;

async function gpuWith(faults: Faults) {
  const compiler = miscompile(faults);
  const gpu = await createGpu(navigator.gpu);
  onTestFinished(() => {
    compiler.release();
    gpu.dispose();
  });
  return { gpu, compiler };
}

/** The best variant first, whatever a measurement would say. */
function prefer(variants: readonly KernelVariant<KernelSpec>[], name: string) {
  return variants.toSorted((a, b) => Number(b.spec.name === name) - Number(a.spec.name === name));
}

/** All of which the preferred one needs subgroups, but for matmul, whose variants take a software adapter seconds to compile. */
const quickOperations = ({ facts }: Gpu) => [
  prefer(matvecVariants(facts, layout), 'matvec/quad'),
  scoresVariants(facts, 64),
  valuesVariants(facts, 64),
  splitVariants(facts, 64, 3),
];
const operations = (gpu: Gpu) => [
  prefer(matmulVariants(gpu.facts, layout), 'matmul/quad'),
  ...quickOperations(gpu),
];
const nameOf = (kernel: Kernel | undefined) => kernel?.spec.name;

test('without a fault the preferred kernels are taken, each tested once', async () => {
  const { gpu } = await gpuWith({});
  const steps: Progress[] = [];
  const choice = testedChoice(gpu, unknown, { onProgress: (step) => steps.push(step) });
  const chosen = await Promise.all([...quickOperations(gpu), ...quickOperations(gpu)].map(choice.choose));
  const names = quickOperations(gpu).map(([first]) => first?.spec.name);
  expect(chosen.map(nameOf)).toEqual([...names, ...names]);
  expect(choice.tuning.tested.toSorted()).toEqual([...new Set(chosen.map(({ key }) => key))].sort());
  expect(choice.tuning.failed).toEqual([]);
  expect(steps.at(-1)).toEqual({ phase: 'tune', done: 4, total: 4, unit: 'cases' });
  const again = testedChoice(gpu, choice.tuning, { onProgress: (step) => steps.push(step) });
  await Promise.all(quickOperations(gpu).map(again.choose));
  expect(steps.length).toBe(4);
  expect(again.tuning).toEqual(choice.tuning);
});

test.each([
  ['computed wrongly', faultsOfSubgroups],
  [
    'not compiled',
    Object.fromEntries(Object.keys(faultsOfSubgroups).map((name) => [name, 'does not compile'])),
  ],
] as const)('kernels for subgroups %s: the others are taken, and the wrong ones named', async (_, faults) => {
  const { gpu } = await gpuWith(faults as Faults);
  const choice = testedChoice(gpu, unknown, {});
  const chosen = await Promise.all(operations(gpu).map(choice.choose));
  expect(chosen.map(nameOf)).toEqual([
    'matmul/plain',
    'matvec/plain',
    'attention/scores',
    'attention/values',
    'decode-attention/split',
  ]);
  for (const spec of [matmulGated.bodies.quad, matvecGated.bodies.quad])
    expect(await choice.find([{ spec, overrides: weightOverrides(layout) }])).toBeUndefined();
  const failed = choice.tuning.failed.map(({ key }) => key.split(' ')[0]);
  const tried = Object.keys(faultsOfSubgroups).filter((name) => !name.endsWith('/subgroup'));
  expect(failed.sort()).toEqual(tried.sort());
  for (const { reason } of choice.tuning.failed) expect(reason).toMatch(/differ|exceeds|compile/);
});

test('what failed is not tried at the next load, but before a device is refused', async () => {
  const faults = { 'attention/values-quad': faultsOfSubgroups['attention/values-quad'] };
  const first = await gpuWith(faults);
  const before = testedChoice(first.gpu, unknown, {});
  await before.choose(valuesVariants(first.gpu.facts, 64));
  expect(before.tuning.failed.length).toBe(1);
  first.compiler.release();

  const mended = await gpuWith({});
  const next = testedChoice(mended.gpu, before.tuning, {});
  expect(nameOf(await next.choose(valuesVariants(mended.gpu.facts, 64)))).toBe('attention/values');
  expect(mended.compiler.compiled).not.toContain('attention/values-quad');
  const only = valuesVariants(mended.gpu.facts, 64).slice(0, 1);
  expect(await next.find(only)).toBeUndefined();
  expect(nameOf(await next.choose(only))).toBe('attention/values-quad');
  expect(next.tuning.failed).toEqual([]);
});

test('a device without a right kernel for an operation is refused by name', async () => {
  const { gpu } = await gpuWith({ 'gate-mul/plain': ['1.0 + exp', '1.01 + exp'] });
  const choice = testedChoice(gpu, unknown, {});
  const refusal = choice.choose([{ spec: gateMul.bodies.plain, overrides: {} }]);
  await expect(refusal).rejects.toMatchObject({
    code: 'WebGpuUnavailable',
    details: { kernel: 'gate-mul/plain', adapter: gpu.facts.adapter },
  });
  await expect(refusal).rejects.toThrow(/gate-mul\/plain: .*exceeds/s);
  await expect(refusal).rejects.not.toThrow('tune: false');
  expect(choice.tuning.failed.length).toBe(1);
});

test('cancelled between two tests', async () => {
  const { gpu } = await gpuWith({});
  const controller = new AbortController();
  const choice = testedChoice(gpu, unknown, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  const all = Promise.all(quickOperations(gpu).map(choice.choose));
  await expect(all).rejects.toMatchObject({ code: 'Aborted' });
});
