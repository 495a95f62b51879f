import { expect, test } from 'vitest';
import { busyMs } from './stopwatch.ts';

const ms = 1_000_000n;

test.each([
  ['no pass', [], 0],
  ['one pass', [5n * ms, 9n * ms], 4],
  ['the gap between two passes does not count', [0n, 2n * ms, 10n * ms, 13n * ms], 5],
  ['what overlaps counts once', [0n, 4n * ms, 3n * ms, 6n * ms, 1n * ms, 2n * ms], 6],
  ['stamps that were rounded to the same moment', [5n * ms, 5n * ms, 7n * ms, 8n * ms], 1],
  ['counters beyond what a float tells apart', [2n ** 62n, 2n ** 62n + ms], 1],
  ['a counter that was set anew', [9n * ms, 1n * ms], undefined],
])('%s', (_, stamps, expected) => {
  expect(busyMs(new BigUint64Array(stamps))).toBe(expected);
});
