import { expect, it } from 'vitest';
import { UsageError } from '@longread/command';
import { parseNeedle } from './options.ts';

it('has defaults, one document a sample', () => {
  const defaults = { tokens: 8192, samples: 10, documents: 10, gather: 1024, model: undefined };
  expect(parseNeedle([])).toEqual({ ...defaults, adapter: undefined, keep: false, json: false });
  expect(parseNeedle(['--samples', '3', '--keep'])).toMatchObject({ samples: 3, documents: 3, keep: true });
});

it.each([
  [['--samples', '0'], '--samples takes a whole number'],
  [['--samples', '2', '--documents', '3'], 'only 2 samples'],
  [['--kept'], '--kept'],
])('refuses %j', (args, message) => {
  expect(() => parseNeedle(args)).toThrow(UsageError);
  expect(() => parseNeedle(args)).toThrow(message);
});
