import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

/** Submissions of two kernels in turn, in mixed shares, on a device whose costs are `costs`. */
function run(costs: Readonly<Record<string, number>>, numSubmissions: number): Pacer {
  const pacer = new Pacer();
  for (let i = 0; i < numSubmissions; i++) {
    const flops = { fast: 2e7 * (1 + (i % 3)), slow: 5e6 * (1 + ((i * 7) % 4)) };
    const work = new Map(Object.entries(flops).map(([kernel, n]) => [kernel, pacer.expect(n, kernel)]));
    const elapsed = Object.entries(flops).reduce((sum, [kernel, n]) => sum + n * (costs[kernel] ?? 0), 1);
    pacer.learn(work, flops.fast + flops.slow, elapsed);
  }
  return pacer;
}

test('tells kernels of one submission apart', () => {
  const costs = { fast: 2e-7, slow: 3e-6 };
  const pacer = run(costs, 300);
  expect(pacer.expect(1e8, 'fast')).toBeGreaterThan(15);
  expect(pacer.expect(1e8, 'fast')).toBeLessThan(27);
  expect(pacer.expect(1e7, 'slow')).toBeGreaterThan(24);
  expect(pacer.expect(1e7, 'slow')).toBeLessThan(36);
  expect(pacer.expect(1e8)).toBeGreaterThan(pacer.expect(1e8, 'fast'));
});

test('a kernel that was never timed is expected to be slow', () => {
  expect(new Pacer().expect(1e6, 'other')).toBe(1);
  expect(new Pacer().expect(1e6)).toBe(1);
});

test('one long submission is not believed whole, and what is short says nothing', () => {
  const pacer = new Pacer();
  pacer.learn(new Map([['a', 10]]), 1e7, 10_000);
  expect(pacer.expect(1e7, 'a')).toBe(20);
  pacer.learn(new Map([['b', 0.5]]), 5e5, 3);
  expect(pacer.expect(1e6, 'b')).toBe(1);
  pacer.learn(new Map(), 0, 500);
  expect(pacer.expect(1e7, 'a')).toBe(20);
});
