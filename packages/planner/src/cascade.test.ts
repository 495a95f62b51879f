import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cascadeFading, cascadeSettings, createCascade, planCascade } from './cascade.ts';

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

test('buffers of a budget: all of it, four of one length', () => {
  expect(cascadeSettings(1024)).toEqual({ sinks: 4, numBuffers: 4, bufferSlots: 255 });
  expect(cascadeSettings(96)).toEqual({ sinks: 4, numBuffers: 4, bufferSlots: 23 });
  for (let budget = 1; budget < 40; budget++) {
    const { sinks, numBuffers, bufferSlots } = cascadeSettings(budget);
    expect(sinks + numBuffers * bufferSlots).toBe(budget);
    expect(sinks).toBeLessThan(8);
  }
});

test('attention fades to a hundredth in the length of a buffer', () => {
  expect(Math.exp(-255 * cascadeFading(1024))).toBeCloseTo(0.01, 12);
  expect(Math.exp(-cascadeFading(2))).toBeCloseTo(0.01, 12); // no buffers
});

describe('chunk by chunk', () => {
  // Scores are of entries, and hold for a whole chunk.
  const kept = (scores: number[], keep: number, numBefore: number) =>
    [...planCascade(Float32Array.from(scores), keep, numBefore)].flatMap((flag, i) => (flag ? [i] : []));

  test('all stay while there is room', () => {
    expect(kept([0, 0, 0], 8, 0)).toEqual([0, 1, 2]);
    expect(kept([0, 0, 0, 0, 0], 8, 3)).toEqual([0, 1, 2, 3, 4]);
  });

  test('one slot a buffer, by hand', () => {
    // Four sinks, and tokens 7, 6, 5, 4 in the buffers. Turn 4 of token 8: all buffers but the last take, where 5 competes with 4. Turn 5
    // of token 9: the first takes, and 8 competes with 7 in the second.
    const scores = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6];
    expect(kept(scores, 8, 8)).toEqual([0, 1, 2, 3, 5, 6, 8, 9]);
    const sinking = [0, 0, 0, 0, 9, 2, 3, 4, 1, 6];
    expect(kept(sinking, 8, 8)).toEqual([0, 1, 2, 3, 4, 6, 7, 9]);
  });

  test('goes on from what stands as if it had gone on token by token', () => {
    const score = fc.nat(9);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.array(score, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(score),
        (keep, chunks, later) => {
          const whole = createCascade(cascadeSettings(keep));
          let standing: readonly number[] = [];
          let numBefore = 0;
          for (const chunk of chunks) {
            const tokens = [...standing, ...chunk.map((_, i) => numBefore + i)];
            const scores = new Map(tokens.map((token) => [token, Number(later.next().value)]));
            const flags = planCascade(Float32Array.from(scores.values()), keep, numBefore);
            for (const _ of chunk) whole.add((token) => scores.get(token) ?? NaN);
            standing = tokens.filter((_, i) => flags[i] === 1);
            expect(standing).toEqual(whole.entries());
            numBefore += chunk.length;
          }
          expect(standing).toHaveLength(Math.min(numBefore, keep));
        },
      ),
    );
  });
});
