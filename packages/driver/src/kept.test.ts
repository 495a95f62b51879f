import { expect, test } from 'vitest';
import { keptAfter } from './kept.ts';

test.each([
  ['load', 'Nothing was read yet'],
  ['tokenize', 'Nothing was read yet'],
  ['compress', '1,024 of 4,096 tokens are read'],
  ['gather', 'is read and kept'],
  ['decode', 'is read and kept'],
  ['import', 'Nothing is kept'],
] as const)('interrupted while it does %s', (phase, said) => {
  expect(keptAfter({ phase, done: 1024, total: 4096, unit: 'tokens' })).toContain(said);
});

test('interrupted before it did anything', () => {
  expect(keptAfter(undefined)).toContain('Nothing was read yet');
});
