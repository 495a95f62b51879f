import { expect, test } from 'vitest';
import { tokensBetweenStates } from './cadence.ts';

/** Bytes written of those that stay: the first state after one chunk, then each as soon as it is due, then the last. */
function writtenShare(numTokens: number, tokenBytes: number, stateBytes: number, chunk = 1024): number {
  const every = tokensBetweenStates(numTokens, tokenBytes, stateBytes);
  let [states, last] = [0, -Infinity];
  for (let at = chunk; at < numTokens; at += chunk) {
    if (at - last < every) continue;
    states += 1;
    last = at;
  }
  const stays = numTokens * tokenBytes + stateBytes;
  return (stays + states * stateBytes) / stays;
}

test.each([
  ['the default model', 285, 10_080_000],
  ['its skim preset', 84, 2_020_000],
  ['a small state', 285, 1_000_000],
  ['a state beyond all that is allowed', 285, 200_000_000],
])('a million tokens of %s are written at most 1.125 times', (_, tokenBytes, stateBytes) => {
  const written = writtenShare(1_000_000, tokenBytes, stateBytes);
  // One state at the start there is always: the document begins with it.
  const limit = stateBytes > 31e6 ? 1.5 : 1.125;
  expect(written).toBeLessThanOrEqual(limit);
  if (stateBytes < 31e6) expect(written).toBeGreaterThan(1.09); // nothing of what is allowed is kept back
});

test.each([1024, 20_000, 100_000])(
  'states of a document of %i tokens are three and take 31 MB at most',
  (numTokens) => {
    const written = writtenShare(numTokens, 285, 10_080_000) * (numTokens * 285 + 10_080_000);
    expect(written - numTokens * 285 - 10_080_000).toBeLessThanOrEqual(31e6);
  },
);

test('a state is never further than the end, nor nearer than a token', () => {
  expect(tokensBetweenStates(5000, 285, 1e9)).toBe(5000);
  expect(tokensBetweenStates(5000, 285, 1)).toBe(1);
  expect(tokensBetweenStates(1, 285, 10_080_000)).toBe(1);
});
