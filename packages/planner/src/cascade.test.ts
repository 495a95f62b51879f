import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCascade, decayedScores } from './cascade.ts';

describe('the buffers, step by step', () => {
  const settings = { sinks: 1, numBuffers: 2, bufferSlots: 2 };
  // [entries after the token, what it cost], worked by hand. Until token 4 the cache fills. Behind it the second buffer takes what
  // leaves the first when the token's turn (t - 1) is even, and else lets it compete with its newest.
  const never = () => 0;
  const steps: readonly (readonly [readonly number[], number | undefined, (token: number) => number])[] = [
    [[0], undefined, never], // a sink
    [[0, 1], undefined, never],
    [[0, 1, 2], undefined, never],
    [[0, 1, 2, 3], undefined, never], // 1 moves to the second buffer
    [[0, 1, 2, 3, 4], undefined, never], // so does 2: [1, 2] [3, 4], filled
    [[0, 2, 3, 4, 5], 1, never], // turn 4: 3 is taken, 1 leaves: [2, 3] [4, 5]
    [[0, 2, 4, 5, 6], 3, (token) => token], // turn 5: 4 competes with 3 and wins: [2, 4] [5, 6]
    [[0, 4, 5, 6, 7], 2, never], // turn 6: 5 is taken, 2 leaves: [4, 5] [6, 7]
    [[0, 4, 5, 7, 8], 6, (token) => -token], // turn 7: 6 competes with 5 and loses: [4, 5] [7, 8]
    [[0, 5, 7, 8, 9], 4, never], // turn 8: 7 is taken, 4 leaves: [5, 7] [8, 9]
    [[0, 5, 7, 9, 10], 8, never], // turn 9: 8 competes with 7; of equal ones the older stays
  ];
  test('with two buffers of two', () => {
    const cascade = createCascade(settings);
    for (const [entries, dropped, scoreOf] of steps) {
      expect(cascade.add(scoreOf)).toBe(dropped);
      expect(cascade.entries()).toEqual(entries);
    }
  });

  test('the third buffer takes every fourth', () => {
    const cascade = createCascade({ sinks: 0, numBuffers: 3, bufferSlots: 1 });
    const seen = Array.from({ length: 10 }, () => {
      cascade.add(never);
      return cascade.entries();
    });
    expect(seen.slice(2)).toEqual([
      [0, 1, 2], // filled
      [0, 1, 3], // turn 3: 2 competes with 1, which stays
      [1, 3, 4], // turn 4: all take
      [1, 3, 5],
      [1, 5, 6], // turn 6: the second takes 5; its 3 competes with 1, which stays
      [1, 5, 7],
      [5, 7, 8], // turn 8: all take
      [5, 7, 9],
    ]);
  });
});

test('one buffer is the first tokens and the newest', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.integer({ min: 1, max: 9 }), fc.nat(60), (sinks, bufferSlots, count) => {
      const cascade = createCascade({ sinks, numBuffers: 1, bufferSlots });
      for (let t = 0; t < count; t++) cascade.add(() => 0);
      const want = Array.from({ length: count }, (_, t) => t).filter(
        (t) => t < sinks || t >= count - bufferSlots,
      );
      expect(cascade.entries()).toEqual(want);
    }),
  );
});

test('keeps sinks and newest, drops one token for one when full, and stays in order', () => {
  const small = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      fc.nat(4),
      small,
      small,
      fc.array(fc.nat(9), { maxLength: 150 }),
      (sinks, numBuffers, slots, scores) => {
        const cascade = createCascade({ sinks, numBuffers, bufferSlots: slots });
        const capacity = sinks + numBuffers * slots;
        const present = new Set<number>();
        for (let t = 0; t < scores.length; t++) {
          const dropped = cascade.add((token) => scores[token] ?? NaN);
          present.add(t);
          expect(dropped === undefined).toBe(t < capacity);
          if (dropped !== undefined) present.delete(dropped);
          expect(cascade.entries()).toEqual([...present].sort((a, b) => a - b));
          expect(cascade.entries()).toHaveLength(Math.min(t + 1, capacity));
          for (let newest = Math.max(0, t - slots + 1); newest <= t; newest++)
            expect(present).toContain(newest);
        }
      },
    ),
  );
});

describe('scores', () => {
  test('by hand', () => {
    // beta 1/2, two queries, two heads: 4 -> 2 + 0.3 -> 1.15 + 0.1; 0 -> 0.2 -> 0.1 + 0.4.
    const attention = [
      [Float64Array.of(0.6, 0.4), Float64Array.of(0.2, 0.8)],
      [Float64Array.of(0.5, 0.1), Float64Array.of(0.1, 0.7)],
    ];
    const scores = decayedScores(Float64Array.of(4, 0), attention, 0.5);
    [1.25, 0.5].forEach((want, entry) => expect(scores[entry]).toBeCloseTo(want, 12));
  });

  test('are the formula, and do not mind how queries are grouped into chunks', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        share,
        share,
        fc.array(share, { maxLength: 8 }),
        fc.nat(8),
        (beta, before, received, cut) => {
          const rows = (values: number[]) => [values.map((value) => Float64Array.of(value))];
          const once = decayedScores(Float64Array.of(before), rows(received), beta);
          const q = received.length;
          const want =
            beta ** q * before +
            (1 - beta) * received.reduce((sum, value, i) => sum + beta ** (q - 1 - i) * value, 0);
          expect(once[0]).toBeCloseTo(want, 10);
          const half = decayedScores(Float64Array.of(before), rows(received.slice(0, cut)), beta);
          expect(decayedScores(half, rows(received.slice(cut)), beta)[0]).toBeCloseTo(want, 10);
        },
      ),
    );
  });
});
