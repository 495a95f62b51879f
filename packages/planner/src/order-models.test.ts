// Which models are offered first on which device.
import { expect, test } from 'vitest';
import { orderModels, type ModelOnDevice } from './order-models.ts';

type Named = ModelOnDevice & { readonly name: string };

const model = (name: string, billions: number, known: Partial<ModelOnDevice> = {}): Named => ({
  name,
  parameters: billions * 1e9,
  gpuBytes: billions * 1e9,
  fits: true,
  ...known,
});
const namesOf = (models: readonly Named[], computesOnProcessor = false) =>
  orderModels(models, computesOnProcessor).map(({ name }) => name);

test('what fits comes first, the largest of it before the others; of the rest what needs least', () => {
  const models = [
    model('small', 0.5),
    model('huge', 8, { fits: false }),
    model('large', 4, { fits: false }),
    model('medium', 2),
  ];
  expect(namesOf(models)).toEqual(['medium', 'small', 'large', 'huge']);
  expect(models.map(({ name }) => name)).toEqual(['small', 'huge', 'large', 'medium']);
});

test('what would read a book for longer than half an hour stands behind what would not', () => {
  const models = [
    model('quick', 0.5, { readTokensPerSecond: 200 }),
    model('slow', 4, { readTokensPerSecond: 20 }),
    model('just', 2, { readTokensPerSecond: 56 }),
    model('slower', 8, { readTokensPerSecond: 10 }),
    model('unmeasured', 1),
  ];
  expect(namesOf(models)).toEqual(['just', 'unmeasured', 'quick', 'slow', 'slower']);
});

test('on a processor the smallest comes first until something was measured', () => {
  const models = [model('large', 4), model('small', 0.5), model('none', 0.1, { fits: false })];
  expect(namesOf(models, true)).toEqual(['small', 'large', 'none']);
  expect(namesOf([...models, model('measured', 2, { readTokensPerSecond: 99 })], true)[0]).toBe('measured');
});

test('of none there is none', () => {
  expect(orderModels([], true)).toEqual([]);
});
