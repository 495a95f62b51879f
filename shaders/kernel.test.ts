import { expect, test } from 'vitest';
import { foldGrid, groupsFor, memoryFeatures } from './kernel.ts';

test.each([
  [0, 4, 0],
  [1, 4, 1],
  [4, 4, 1],
  [5, 4, 2],
])('%i items, %i a group: %i groups', (count, perGroup, groups) => {
  expect(groupsFor(count, perGroup)).toBe(groups);
});

test.each([1, 65_535, 65_536, 131_070, 131_071, 1_000_003])('%i groups fold into a legal grid', (groups) => {
  const [x, y, z] = foldGrid(groups);
  expect(Math.max(x, y)).toBeLessThanOrEqual(65_535);
  expect(z).toBe(1);
  expect(x * y).toBeGreaterThanOrEqual(groups);
  // Idle groups are fewer than one row has.
  expect(x * y - groups).toBeLessThan(y);
});

test.each([
  [0, []],
  [16 * 1024, []],
  [16 * 1024 + 1, ['workgroup-memory-32']],
  [32 * 1024, ['workgroup-memory-32']],
  [32 * 1024 + 1, ['workgroup-memory-48']],
  [48 * 1024, ['workgroup-memory-48']],
])('%i bytes of workgroup memory need %j', (bytes, features) => {
  expect(memoryFeatures(bytes)).toEqual(features);
});

test('no device is asked for more workgroup memory than kernels declare', () => {
  expect(() => memoryFeatures(48 * 1024 + 1)).toThrow(/49153 bytes/);
});
