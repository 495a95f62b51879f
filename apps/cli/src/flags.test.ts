import { expect, test } from 'vitest';
import { inFlags } from './flags.ts';

test.each([
  [
    'gatherSize is 9, set gatherSize to at most 8, or lower maxNewTokens',
    '--gather is 9, set --gather to at most 8, or lower --max-new',
  ],
  ['gather.gatherSize or maxTokens', '--gather or --tokens'],
  ['gather from it (strategy reform)', 'gather from it (--strategy reform)'],
  ['chunkSize is 7', 'chunkSize is 7'],
])('%s', (message, said) => {
  expect(inFlags(message)).toBe(said);
});
