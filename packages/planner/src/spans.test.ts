import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apart, shared, type TokenSpan } from './spans.ts';

const spans = fc.array(
  fc
    .tuple(fc.nat(40), fc.integer({ min: 1, max: 9 }))
    .map(([start, length]) => ({ start, end: start + length })),
  { maxLength: 8 },
);
const tokensOf = (of: readonly TokenSpan[]) =>
  Array.from({ length: 60 }, (_, i) => i).filter((i) => of.some(({ start, end }) => i >= start && i < end));

test('spans apart hold the same tokens, rise and do not touch', () => {
  fc.assert(
    fc.property(spans, (some) => {
      const merged = apart(some);
      expect(tokensOf(merged)).toEqual(tokensOf(some));
      for (const [i, { start }] of merged.entries()) expect(start).toBeGreaterThan(merged[i - 1]?.end ?? -1);
    }),
  );
});

test('what two lists share is in both', () => {
  fc.assert(
    fc.property(spans, spans, (some, others) => {
      const [a, b] = [apart(some), apart(others)];
      const inB = new Set(tokensOf(b));
      expect(tokensOf(shared(a, b))).toEqual(tokensOf(a).filter((i) => inB.has(i)));
    }),
  );
});
