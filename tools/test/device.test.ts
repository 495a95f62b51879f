import { describe, expect, test } from 'vitest';
import { deviceOf, explainedOf, faultsOf, formatDevice, formatKernels, type CaseMeta } from './device.ts';

const lane = {
  adapter: 'a gpu',
  limits: { maxBufferSize: 256 },
  features: ['subgroups of 4'],
  kernels: [
    { name: 'matmul', needs: [], canRun: true },
    { name: 'matvec', needs: [], canRun: true },
    { name: 'matmul-half', needs: ['shader-f16'], canRun: false },
  ],
};
const all: readonly CaseMeta[] = [{ lane }, { kernels: ['matmul'] }, { kernels: ['matvec'] }];

describe('a device', () => {
  test('names what ran, what did not, and what it cannot run', () => {
    const found = deviceOf(all.slice(0, 2));
    expect(found).toMatchObject({
      ran: ['matmul'],
      missing: ['matvec'],
      elsewhere: ['matmul-half (shader-f16)'],
    });
    expect(found && formatKernels(found)).toContain('missing    no passed case ran: matvec');
    expect(found && formatDevice(found)).toContain('limits     maxBufferSize 256');
  });

  test('counts the cases that are for another one', () => {
    const explained = explainedOf([{ elsewhere: ['shader-f16'] }, { leftOut: true }, {}]);
    expect(explained).toEqual({ elsewhere: 1, leftOut: 1 });
    const found = deviceOf(all);
    expect(found && formatKernels(found, explained)).toContain(
      'elsewhere  not on this device: matmul-half (shader-f16); 1 cases\nleft out   1 cases',
    );
  });

  test('that was asked for one feature misses no kernel that does without it', () => {
    const kernels = [...lane.kernels, { name: 'matvec-quad', needs: ['subgroups'], canRun: true }];
    expect(deviceOf([{ lane: { ...lane, kernels } }], 'subgroups')?.missing).toEqual(['matvec-quad']);
  });

  test('is unknown when no passed case tells of it', () => {
    expect(deviceOf([{}, { kernels: ['matmul'] }])).toBeUndefined();
  });
});

describe('a run', () => {
  const good = { passed: 9, minimum: { cases: 9, allKernels: true }, device: deviceOf(all) };

  test('of enough cases and all kernels has no fault', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  test.each([
    [{ passed: 8 }, 'Only 8 cases passed; at least 9 must.'],
    [{ device: undefined }, 'No passed case told which device it ran on.'],
    [{ device: deviceOf(all.slice(0, 2)) }, 'Kernels without a passed case: matvec.'],
  ])('with %o has one', (change, fault) => {
    expect(faultsOf({ ...good, ...change })).toEqual([fault]);
  });

  test('of a project that is not about kernels needs no device, and its cases', () => {
    const other = { ...good, minimum: { cases: 9, allKernels: false }, device: undefined };
    expect(faultsOf(other)).toEqual([]);
    expect(faultsOf({ ...other, passed: 8 })).toEqual(['Only 8 cases passed; at least 9 must.']);
  });

  test('of some files is held to none of it', () => {
    expect(faultsOf({ ...good, passed: 1, minimum: undefined, device: undefined })).toEqual([]);
  });
});
