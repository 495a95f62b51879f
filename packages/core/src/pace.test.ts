// Time left against what is left at the speed of the moment, through whole readings.
import { describe, expect, test } from 'vitest';
import { createPace } from './pace.ts';

interface Reading {
  readonly numChunks: number;
  /** Where it begins: one that goes on begins in the middle. */
  readonly from?: number;
  /** Milliseconds of work of a chunk. */
  readonly chunkMs: (chunk: number) => number;
  /** Milliseconds in which nothing is done, before a chunk. */
  readonly pauseMs?: (chunk: number) => number;
  /** Of a chunk to come; by default what the next one takes. */
  readonly typicalMs?: number;
  /** Reports of a chunk, beside the one before it. */
  readonly reports?: number;
}

const chunkTokens = 1024;

/** Of the time that is told when so many chunks are done, how many times what is left at the pace of those to come. */
function toldShares({ numChunks, from = 0, chunkMs, pauseMs = () => 0, typicalMs, reports = 4 }: Reading) {
  const pace = createPace(2000);
  const total = numChunks * chunkTokens;
  const shares: { readonly progress: number; readonly share: number | undefined }[] = [];
  let at = 12_345;
  pace.add({ done: from * chunkTokens, total }, at);
  for (let chunk = from; chunk < numChunks; chunk++) {
    at += pauseMs(chunk);
    for (let part = 1; part <= reports; part++) {
      at += chunkMs(chunk) / reports;
      const done = (chunk + part / reports) * chunkTokens;
      pace.add({ done, total }, at);
      const now = Math.min(chunk + 1, numChunks - 1);
      const left = ((total - done) / chunkTokens) * (typicalMs ?? chunkMs(now));
      const progress = (chunk + part / reports - from) / (numChunks - from);
      if (left > 0) shares.push({ progress, share: pace.msLeft && pace.msLeft / left });
    }
  }
  return shares;
}

/** The furthest that is told from what is left once a tenth is read, but not between `except`: 0.2 is a fifth. */
function furthest(reading: Reading, except: readonly [from: number, to: number] = [1, 1]): number {
  const told = toldShares(reading).filter(
    ({ progress }) => progress >= 0.1 && (progress <= except[0] || progress >= except[1]),
  );
  expect(told.length).toBeGreaterThan(10);
  return Math.max(...told.map(({ share = Infinity }) => Math.abs(share - 1)));
}

const steady = () => 2000;

describe.each([16, 100, 977])('of %i chunks', (numChunks) => {
  test('that all take as long', () => {
    expect(furthest({ numChunks, chunkMs: steady })).toBeLessThan(1e-9);
    expect(furthest({ numChunks, chunkMs: steady, reports: 1 })).toBeLessThan(1e-9);
  });

  test('of a reading that goes on', () => {
    expect(furthest({ numChunks, from: numChunks / 4, chunkMs: steady })).toBeLessThan(1e-9);
  });

  test('with a pause of a minute, and in a machine that sleeps for a night', () => {
    const paused = Math.floor(numChunks / 2);
    for (const pause of [60_000, 8 * 3_600_000]) {
      const pauseMs = (chunk: number) => (chunk === paused ? pause : 0);
      expect(furthest({ numChunks, chunkMs: steady, pauseMs })).toBeLessThan(0.2);
    }
  });

  test('that differ by a seventh', () => {
    const chunkMs = (chunk: number) => 2000 * (1 + 0.07 * Math.sin(7 * chunk));
    expect(furthest({ numChunks, chunkMs, typicalMs: 2000 })).toBeLessThan(0.2);
  });
});

describe.each([100, 977])('of %i chunks', (numChunks) => {
  test('the first of which take many times as long', () => {
    for (const times of [2, 3, 10]) {
      const pauseMs = (chunk: number) => (chunk < numChunks / 25 ? 2000 * (times - 1) : 0);
      expect(furthest({ numChunks, chunkMs: steady, pauseMs })).toBeLessThan(0.2);
    }
  });

  test('after each tenth of which a state is stored', () => {
    const pauseMs = (chunk: number) => (chunk % 10 === 9 ? 2000 : 0);
    const reading = { numChunks, chunkMs: steady, pauseMs, typicalMs: 2200 };
    expect(furthest(reading)).toBeLessThan(0.2);
  });

  test.each([0.25, 0.5, 2, 4])(
    'whose speed becomes %f times what it was half way: told a tenth later',
    (speed) => {
      const chunkMs = (chunk: number) => (chunk < numChunks / 2 ? 2000 : 2000 / speed);
      expect(furthest({ numChunks, chunkMs }, [0.49, 0.61])).toBeLessThan(0.2);
    },
  );
});

test('a real reading: the last 475,000 of a million tokens, with the skim preset on a software adapter', () => {
  // Tokens and seconds of its stretches: docs/results/million.json, 2026-11-27.
  const [tokens, lastTokens] = [8192, 3618];
  const seconds = [
    14.4, 14.8, 14.6, 14.6, 14.7, 14.3, 14.3, 14.0, 14.4, 14.3, 14.1, 14.0, 14.2, 14.2, 14.1, 14.5, 14.5,
    14.2, 14.9, 15.1, 15.3, 15.6, 15.6, 15.6, 15.7, 15.8, 16.7, 16.5, 16.2, 16.0, 15.9, 16.4, 16.0, 15.9,
    15.8, 15.8, 15.1, 15.4, 15.4, 15.5, 15.6, 15.6, 15.5, 15.9, 15.6, 16.0, 16.6, 15.8, 15.8, 16.3, 16.1,
    16.2, 15.8, 16.1, 16.0, 16.2, 16.0, 16.0, 15.8, 7.6,
  ];
  const lengths = seconds.map((_, i) => (i === seconds.length - 1 ? lastTokens : tokens));
  const total = lengths.reduce((sum, length) => sum + length);
  let [done, at, left] = [0, 0, seconds.reduce((sum, each) => sum + each)];
  const pace = createPace(2000);
  pace.add({ done, total }, at);
  for (const [i, second] of seconds.slice(0, -1).entries()) {
    done += lengths[i] ?? 0;
    at += 1000 * second;
    left -= second;
    pace.add({ done, total }, at);
    if (done >= total / 10) expect(Math.abs((pace.msLeft ?? NaN) / 1000 / left - 1)).toBeLessThan(0.2);
  }
});

test('nothing is told before there is something to tell from, nor at the end', () => {
  const pace = createPace(2000);
  expect([pace.msLeft, pace.perSecond]).toEqual([undefined, undefined]);
  pace.add({ done: 0, total: 100 }, 0);
  expect(pace.msLeft).toBeUndefined();
  pace.add({ done: 50, total: 100 }, 1999);
  expect(pace.msLeft).toBeUndefined();
  pace.add({ done: 50, total: 100 }, 4000);
  expect(pace.msLeft).toBeCloseTo(1999);
  pace.add({ done: 100, total: 100 }, 4000);
  expect(pace.msLeft).toBeUndefined();
});

test('what begins anew, or gets another length, is told anew', () => {
  const pace = createPace();
  pace.add({ done: 0, total: 10 }, 0);
  pace.add({ done: 5, total: 10 }, 50);
  expect(pace.msLeft).toBe(50);
  pace.add({ done: 2, total: 10 }, 60);
  expect(pace.msLeft).toBeUndefined();
  pace.add({ done: 3, total: 10 }, 160);
  expect(pace.msLeft).toBe(700);
  pace.add({ done: 3, total: 20 }, 170);
  expect(pace.msLeft).toBeUndefined();
});

test('of what has no known length the speed is told alone', () => {
  const pace = createPace();
  for (let second = 0; second <= 4; second++) pace.add({ done: 300 * second, total: 0 }, 1000 * second);
  expect(pace.perSecond).toBe(300);
  expect(pace.msLeft).toBeUndefined();
});

test('reports at one moment, and of no progress, divide by nothing', () => {
  const pace = createPace();
  for (const done of [0, 0, 5, 5, 9]) pace.add({ done, total: 10 }, 7);
  expect([pace.msLeft, pace.perSecond]).toEqual([0, undefined]);
});
