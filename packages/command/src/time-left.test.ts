import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [99_500, '100 s'],
  [179_000, '179 s'],
  [179_001, '3 min'],
  [209_000, '3 min'],
  [211_000, '4 min'],
  [7_169_000, '119 min'],
  [7_171_000, '2.0 h'],
  [11_000_000, '3.0 h'],
])('%i ms are %s', (ms, told) => {
  expect(timeLeft(ms)).toBe(told);
});
