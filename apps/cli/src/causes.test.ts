// Errors as a person reads them.
import { describe, expect, test } from 'vitest';
import { causesOf, reasonOf } from './causes.ts';
import { inFlags } from './flags.ts';

describe('the causes of an error', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
  const failed = new TypeError('fetch failed', { cause: refused });

  test('are told down to the last', () => {
    expect(causesOf(new Error('not downloaded', { cause: failed }))).toEqual([
      'fetch failed',
      'connect ECONNREFUSED 127.0.0.1:9',
    ]);
    expect(reasonOf(failed)).toBe('fetch failed: connect ECONNREFUSED 127.0.0.1:9');
  });

  test('of several addresses are those of the first', () => {
    const both = new AggregateError([refused, new Error('connect ECONNREFUSED ::1:9')], '');
    expect(reasonOf(new TypeError('fetch failed', { cause: both }))).toBe(
      'fetch failed: connect ECONNREFUSED 127.0.0.1:9',
    );
  });

  test('are said once, and a circle ends', () => {
    const circle = new Error('one');
    circle.cause = new Error('two', { cause: circle });
    expect(reasonOf(circle)).toBe('one: two');
    expect(reasonOf('a word')).toBe('a word');
  });
});

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
