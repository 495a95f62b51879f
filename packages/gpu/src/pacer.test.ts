import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

/** Submissions of two kernels in turn, in mixed shares, on a device whose costs are `costs`. */
function run(costs: Readonly<Record<string, number>>, numSubmissions: number): Pacer {
  const pacer = new Pacer();
  for (let i = 0; i < numSubmissions; i++) {
    const flops = { fast: 2e7 * (1 + (i % 3)), slow: 5e6 * (1 + ((i * 7) % 4)) };
    const work = new Map(Object.entries(flops).map(([kernel, n]) => [kernel, pacer.expect(kernel, n)]));
    const elapsed = Object.entries(flops).reduce((sum, [kernel, n]) => sum + n * (costs[kernel] ?? 0), 1);
    pacer.learn(work, elapsed);
  }
  return pacer;
}

test('tells kernels of one submission apart', () => {
  const costs = { fast: 2e-7, slow: 3e-6 };
  const pacer = run(costs, 300);
  expect(pacer.expect('fast', 1e8)).toBeGreaterThan(15);
  expect(pacer.expect('fast', 1e8)).toBeLessThan(27);
  expect(pacer.expect('slow', 1e7)).toBeGreaterThan(24);
  expect(pacer.expect('slow', 1e7)).toBeLessThan(36);
});

test('a kernel that was never timed is expected to be slow', () => {
  expect(new Pacer().expect('other', 1e6)).toBe(4);
});

test('one long submission is not believed whole, and what is short says nothing', () => {
  const pacer = new Pacer();
  pacer.learn(new Map([['a', 40]]), 10_000);
  expect(pacer.expect('a', 1e7)).toBe(80);
  pacer.learn(new Map([['b', 0.5]]), 3);
  expect(pacer.expect('b', 1e6)).toBe(4);
  pacer.learn(new Map(), 500);
  expect(pacer.expect('a', 1e7)).toBe(80);
});
