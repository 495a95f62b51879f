// Every kernel the engine dispatches has a self-test case, and a case notices one wrong number.
import { describe, expect, test } from 'vitest';
import { allKernels } from '../all.ts';
import { weightOverrides } from '../lib/weights.ts';
import { selfTested, selfTestOf } from './index.ts';

test('every kernel has a case (self-test/cases.ts)', () => {
  expect([...selfTested].sort()).toEqual(allKernels.map(({ name }) => name).sort());
});

describe.each(allKernels.filter(({ name }) => selfTested.has(name)))('the case of $name', (kernel) => {
  const overrides = { ...kernel.overrides, ...weightOverrides({ format: 'int4', groupSize: 32 }) };
  const selfTest = selfTestOf(kernel.name, overrides);

  test('names what the kernel declares', () => {
    expect(Object.keys(selfTest?.data ?? {}).sort()).toEqual(kernel.bindings.map(({ name }) => name).sort());
    expect(Object.keys(selfTest?.uniforms ?? {}).sort()).toEqual(
      kernel.uniforms.map(({ name }) => name).sort(),
    );
  });

  test('refuses a device that writes nothing', () => {
    expect(selfTest?.judge(selfTest.data)).toBeDefined();
  });
});
