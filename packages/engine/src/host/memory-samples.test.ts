// Samples of memory: phases, peaks between reports, and how few they stay.
import { expect, test } from 'vitest';
import type { MemorySample } from '../api.ts';
import { createMemorySamples, maxSamples } from './memory-samples.ts';

function bench(heap?: () => number | undefined) {
  let at = 1000;
  const peaks: number[] = [];
  const over = createMemorySamples(() => at, heap ?? (() => undefined));
  return {
    over,
    begin: (peak: number) => over.begin(() => peaks.shift() ?? peak),
    report: (phase: MemorySample['phase'], peak: number, ms = 10) => {
      at += ms;
      peaks.push(peak);
      over.take(phase);
    },
  };
}

test('a sample has the most since the one before; a phase begins where the last one ended', () => {
  const { over, begin, report } = bench();
  over.take('tokenize'); // the device is not used yet
  begin(100);
  report('gather', 120);
  report('gather', 300);
  report('decode', 200, 5);
  over.take();
  expect(over.samples.map(({ ms, phase, gpuBytes }) => [ms, phase, gpuBytes])).toEqual([
    [0, undefined, 100],
    [10, undefined, 120],
    [10, 'gather', 120],
    [20, 'gather', 300],
    [25, 'gather', 200],
    [25, 'decode', 200],
    [25, 'decode', 100],
  ]);
  expect(over.samples.some((sample) => 'heapBytes' in sample)).toBe(false); // not told here
});

test('of ten thousand reports a few stay, in order, with the highest and every phase', () => {
  let heap = 0;
  const { over, begin, report } = bench(() => ++heap);
  begin(100);
  for (let i = 0; i < 10_000; i++)
    report(i < 5000 ? 'recompute' : 'decode', i === 7777 ? 999 : 200 + (i % 3));
  expect(over.samples.length).toBeLessThanOrEqual(maxSamples);
  expect(over.samples.length).toBeGreaterThan(maxSamples / 4);
  const { samples } = over;
  expect(Math.max(...samples.map(({ gpuBytes }) => gpuBytes))).toBe(999);
  expect(samples.find(({ gpuBytes }) => gpuBytes === 999)?.phase).toBe('decode');
  expect([...new Set(samples.map(({ phase }) => phase))]).toEqual([undefined, 'recompute', 'decode']);
  const times = samples.map(({ ms }) => ms);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect([times[0], times.at(-1), samples.at(-1)?.heapBytes]).toEqual([0, 100_000, heap]);
});

test('the peak is told after its sample has gone: more phases took turns than there is room for', () => {
  const { over, begin, report } = bench();
  begin(100);
  report('gather', 900);
  for (let i = 0; i < 500; i++) report(i % 2 ? 'gather' : 'decode', 200);
  expect(over.samples).toHaveLength(maxSamples);
  expect(over.samples.every(({ gpuBytes }) => gpuBytes < 900)).toBe(true);
  expect(over.peakBytes).toBe(900);
});

test('an operation that begins anew, on another device, forgets what was before', () => {
  const { over, begin, report } = bench();
  begin(100);
  report('gather', 900);
  begin(50);
  expect(over.samples.map(({ gpuBytes, ms, phase }) => [gpuBytes, ms, phase])).toEqual([[50, 0, undefined]]);
  expect(over.peakBytes).toBe(50);
});
