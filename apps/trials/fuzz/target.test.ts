// The judge, and a few inputs of the targets that need no worker: all refused or harmless, the same again for the same seed.
import { IntegrityError } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { createDice } from './dice.ts';
import { fileTarget } from './file-target.ts';
import { hubTarget } from './hub-target.ts';
import { storeTarget } from './store-target.ts';
import { judge, type Read } from './target.ts';
import { weightsTarget } from './weights-target.ts';

const gives = (value: unknown): Read => ({
  read: () => Promise.resolve(value),
  expected: { tokens: [1, 2] },
});
const fails = (error: Error): Read => ({ read: () => Promise.reject(error), expected: undefined });

describe('a verdict', () => {
  test('is unchanged when every read gives what is expected', async () => {
    expect(await judge([gives({ tokens: [1, 2] })])).toBe('unchanged');
  });
  test('is refused when one fails with a typed error', async () => {
    expect(await judge([gives({ tokens: [1, 2] }), fails(new IntegrityError('damaged'))])).toBe('refused');
  });
  test('is accepted wrongly when one gives something else, whatever the others do', async () => {
    expect(await judge([fails(new IntegrityError('damaged')), gives({ tokens: [1, 3] })])).toBe(
      'acceptedWrongly',
    );
  });
  test('is none when an untyped error comes up', async () => {
    await expect(judge([fails(new TypeError('not a function'))])).rejects.toThrow(TypeError);
  });
});

test.for([
  ['store', storeTarget],
  ['file', fileTarget],
  ['hub', hubTarget],
  ['weights', weightsTarget],
] as const)('inputs of the target %s are refused or change nothing, by seed', async ([, create]) => {
  const target = await create();
  const run = async (seed: number) => {
    const { what, attempt } = await target.damage(createDice(seed));
    return [what, await attempt()];
  };
  for (let seed = 0; seed < 40; seed++) {
    const first = await run(seed);
    expect(first[1]).not.toBe('acceptedWrongly');
    expect(await run(seed)).toEqual(first);
  }
});
