import { describe, expect, test } from 'vitest';
import { formatLane, readLane } from './lane.ts';

const lane = {
  adapter: 'a gpu',
  features: ['subgroups of 4'],
  kernels: [
    { name: 'matmul', needs: [], canRun: true },
    { name: 'matvec', needs: [], canRun: true },
    { name: 'matmul-half', needs: ['shader-f16'], canRun: false },
  ],
};

const report = (...cases: readonly { readonly status: string; readonly meta: object }[]) =>
  JSON.stringify({ testResults: cases.map((result) => ({ assertionResults: [result] })) });

describe('a lane', () => {
  test('names what ran, what did not, and what it cannot run', () => {
    const found = readLane(
      report(
        { status: 'passed', meta: { lane } },
        { status: 'passed', meta: { kernels: ['matmul'] } },
        { status: 'failed', meta: { kernels: ['matvec'] } },
        { status: 'skipped', meta: { kernels: [], elsewhere: ['shader-f16'] } },
      ),
    );
    expect(found).toMatchObject({
      ran: ['matmul'],
      missing: ['matvec'],
      elsewhere: ['matmul-half (shader-f16)'],
      casesElsewhere: 1,
      casesLeftOut: 0,
    });
    const text = found && formatLane('gpu', found);
    expect(text).toContain('missing    no passed case ran: matvec');
    expect(text).toContain('elsewhere  not on this device: matmul-half (shader-f16); 1 cases');
  });

  test('that was asked for one feature misses no kernel that does without it', () => {
    const kernels = [
      { name: 'matmul', needs: [], canRun: true },
      { name: 'matvec-quad', needs: ['subgroups'], canRun: true },
      { name: 'matmul-quad', needs: ['subgroups'], canRun: true },
    ];
    const json = report(
      { status: 'passed', meta: { lane: { ...lane, kernels } } },
      { status: 'passed', meta: { kernels: ['matvec-quad'] } },
      { status: 'skipped', meta: { kernels: [], leftOut: true } },
    );
    expect(readLane(json, 'subgroups')).toMatchObject({ missing: ['matmul-quad'], casesLeftOut: 1 });
    expect(readLane(json)).toMatchObject({ missing: ['matmul', 'matmul-quad'] });
  });

  test('is unknown when its own case did not pass', () => {
    expect(readLane(report({ status: 'failed', meta: { lane } }))).toBeUndefined();
    expect(readLane(report({ status: 'passed', meta: {} }))).toBeUndefined();
  });
});
