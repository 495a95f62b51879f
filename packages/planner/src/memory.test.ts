import { LimitExceededError, type WeightLayout } from '@longread/core';
import { expect, test } from 'vitest';
import { calibrationFor } from './calibration.ts';
import { checkMemory, planMemory } from './memory.ts';
import { defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const embedding: WeightLayout = { format: 'int8', rows: 49152, cols: 576, groupSize: 32 };
const norm: WeightLayout = { format: 'f32', rows: 1, cols: 576, groupSize: 1 };
const read = { ...defaultReadSettings(smolLm2, calibrationFor('00', smolLm2)), exitLayer: 11 };
const plan = planMemory(smolLm2, [embedding, norm], read, 1500);
const roomy = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 };

test('items by hand', () => {
  const kvRow = 3 * 64 * 4;
  expect(plan.items.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['weights', 49152 * 576 + (49152 * 576 * 4) / 32 + 576 * 4],
    ['decode cache', 30 * 2 * 1500 * kvRow],
    ['compress states', 2 * 10 * (2 * 2048 * kvRow + 3 * 2048 * 4)],
    ['scratch', 4 * (1024 * (3 * 576 + 15 * 64 + 2 * 1536) + 49152)],
  ]);
  expect(plan.totalBytes).toBe(plan.items.reduce((sum, item) => sum + item.bytes, 0));
  expect(plan.largestBindingBytes).toBe(49152 * 576);
});

test('no weights and one layer still make a plan', () => {
  expect(planMemory(smolLm2, [], { ...read, exitLayer: 1 }, 1).items.map((item) => item.bytes > 0)).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

test('a plan fits up to the exact limit', () => {
  checkMemory(plan, roomy);
  checkMemory(plan, { ...roomy, maxStorageBufferBindingSize: plan.largestBindingBytes });
});

test.each(['maxStorageBufferBindingSize', 'maxBufferSize'] as const)('one byte over %s', (limitName) => {
  const check = () => checkMemory(plan, { ...roomy, [limitName]: plan.largestBindingBytes - 1 });
  expect(check).toThrow(LimitExceededError);
  expect(check).toThrow(`weights needs 28311552 bytes, but this device's ${limitName} is 28311551`);
});

test('the remedy is that of the item', () => {
  const wide = planMemory(smolLm2, [norm], read, 2 ** 20);
  expect(() => checkMemory(wide, roomy)).toThrow('lower gatherSize');
});
