// The made text of the peak kernels does as much as it is said to do: shares are taken of what is counted here.
import { describe, expect, test } from 'vitest';
import type { WgslReflect as Reflect } from 'wgsl_reflect';
// @ts-expect-error as in shaders/reflect.test.ts: its ES module has no types beside it
import { WgslReflect as UntypedReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import {
  arithmeticGroup,
  int8DotKernel,
  matrixKernel,
  memoryGroup,
  memoryKernel,
  multiplyAddKernel,
} from './kernels.ts';

const reflect = (source: string) => new (UntypedReflect as typeof Reflect)(source);
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe.each([
  { type: 'vec4f', accumulators: 8, steps: 1 },
  { type: 'f32', accumulators: 12, steps: 16 },
  { type: 'vec4h', accumulators: 4, steps: 4 },
] as const)('multiply-adds of $type x $accumulators, $steps at once', (width) => {
  const kernel = multiplyAddKernel(width);
  const { source, bindings, features } = kernel;

  test('counts what runs', () => {
    const lanes = width.type === 'f32' ? 1 : 4;
    const perStep = count(source, /fma\(/g);
    const stepsPerRound = count(source, /= step\(/g);
    const rounds = Number(/j < (\d+)u/.exec(source)?.[1]);
    expect([perStep, stepsPerRound]).toEqual([width.accumulators, width.steps]);
    const perInvocation = 2 * lanes * perStep * stepsPerRound * rounds;
    const uniforms = { groups: 3, iterations: 5, factor: 0.5, addend: 1 };
    expect(kernel.flops(uniforms)).toBe(3 * arithmeticGroup * 5 * perInvocation);
  });
  test('parses, and asks for f16 where it has it', () => {
    const { storage, entry } = reflect(source);
    expect(storage.map(({ name }) => name)).toEqual(bindings.map(({ name }) => name));
    expect(entry.compute.map(({ name }) => name)).toEqual(['main']);
    expect(source.startsWith('enable f16;')).toBe(width.type === 'vec4h');
    expect(features ?? []).toEqual(width.type === 'vec4h' ? ['shader-f16'] : []);
  });
});

test('int8 dots: counts what runs', () => {
  const kernel = int8DotKernel();
  const { source, bindings } = kernel;
  const rounds = Number(/j < (\d+)u/.exec(source)?.[1]);
  const uniforms = { groups: 3, iterations: 5, factor: 0.5, addend: 1 };
  expect(kernel.flops(uniforms)).toBe(
    3 * arithmeticGroup * 5 * rounds * 8 * count(source, /dot4I8Packed\(/g),
  );
  expect(reflect(source).storage.map(({ name }) => name)).toEqual(bindings.map(({ name }) => name));
});

test('subgroup matrices: counts what runs', () => {
  const kernel = matrixKernel();
  const rounds = Number(/j < (\d+)u/.exec(kernel.source)?.[1]);
  const products = count(kernel.source, /subgroupMatrixMultiplyAccumulate\(/g);
  const uniforms = { groups: 3, iterations: 5, factor: 0.5, addend: 1 };
  const subgroups = arithmeticGroup / 32;
  expect(kernel.flops(uniforms)).toBe(3 * 5 * rounds * products * subgroups * 2 * 16 ** 3);
});

test.each([
  ['copy', 1],
  ['copy', 4],
  ['read', 4],
] as const)('%s, %i at once: each round touches as much', (kind, atOnce) => {
  const kernel = memoryKernel(kind, atOnce);
  const { source } = kernel;
  expect(count(source, /= x\[/g)).toBe(atOnce);
  expect(count(source, /y\[i /g)).toBe(kind === 'copy' ? atOnce : 0);
  expect(source).toContain(`i += ${atOnce}u * stride`);
  expect(
    kernel.grid({ groups: 7, count: 7 * memoryGroup * atOnce }, { WORKGROUP_SIZE: memoryGroup }),
  ).toEqual([7, 1, 1]);
  expect(reflect(source).storage.map(({ name }) => name)).toEqual(['x', 'y']);
});
