import { InvalidInputError } from '@longread/core';
import { expect, test } from 'vitest';
import { resolveSampling, type ResolvedSampling } from './sampling.ts';

test('defaults are greedy', () => {
  expect(resolveSampling({})).toEqual({
    temperature: 0,
    topK: 0,
    topP: 1,
    minP: 0,
    repetitionPenalty: 1,
    seed: 0,
  });
});

test('what the caller sets stays; other options are dropped', () => {
  const options = {
    temperature: 0.7,
    topK: 40,
    topP: 0.9,
    minP: 0.05,
    repetitionPenalty: 1.1,
    seed: 2 ** 32 - 1,
  };
  expect(resolveSampling({ ...options, ...{ maxNewTokens: 5 } })).toEqual(options);
});

test.each<Partial<ResolvedSampling>>([
  { temperature: -0.1 },
  { temperature: NaN },
  { temperature: Infinity },
  { topK: -1 },
  { topK: 1.5 },
  { topP: 0 },
  { topP: 1.01 },
  { minP: -0.01 },
  { minP: 1.01 },
  { repetitionPenalty: 0 },
  { seed: -1 },
  { seed: 2 ** 32 },
  { seed: 0.5 },
])('%j is refused by name and value', (options) => {
  const [[name, value] = ['', 0]] = Object.entries(options);
  expect(() => resolveSampling(options)).toThrow(InvalidInputError);
  expect(() => resolveSampling(options)).toThrow(`${name} is ${value}`);
});
