// Errors as a person reads them.
import { describe, expect, test } from 'vitest';
import { causesOf, reasonOf } from './causes.ts';

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
