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
      ),
    );
    expect(found).toMatchObject({
      ran: ['matmul'],
      missing: ['matvec'],
      elsewhere: ['matmul-half (shader-f16)'],
    });
    expect(found && formatLane('gpu', found)).toContain('missing    no passed case ran: matvec');
  });

  test('is unknown when its own case did not pass', () => {
    expect(readLane(report({ status: 'failed', meta: { lane } }))).toBeUndefined();
    expect(readLane(report({ status: 'passed', meta: {} }))).toBeUndefined();
  });
});
