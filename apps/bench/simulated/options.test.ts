import { expect, it } from 'vitest';
import { UsageError } from '@longread/command';
import { parseSimulated } from './options.ts';

it('has defaults', () => {
  expect(parseSimulated([])).toEqual({
    tokens: 1_000_000,
    preset: 'read',
    read: 200_000,
    adapter: undefined,
    garbage: false,
    json: false,
  });
  const given = '-- --tokens 7 --preset skim --read 0 --json --adapter software --garbage'.split(' ');
  expect(parseSimulated(given)).toEqual({
    tokens: 7,
    preset: 'skim',
    read: 0,
    adapter: 'software',
    garbage: true,
    json: true,
  });
});

it.each([
  [['--tokens', '0'], '--tokens takes a whole number'],
  [['--tokens', '1e8'], '--tokens takes a whole number'],
  [['--preset', 'study'], '--preset takes skim or read'],
  [['--adapter', 'both'], '--adapter takes software or system'],
  [['--token', '5'], 'Did you mean --tokens?'],
])('refuses %j', (args, message) => {
  expect(() => parseSimulated(args)).toThrow(UsageError);
  expect(() => parseSimulated(args)).toThrow(message);
});
