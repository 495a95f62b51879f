// Attention received is added up in f32, for as long as a document is. What stays must be what sums in float64 would keep, and not hang on
// sums that have become too large to grow. `LONGREAD_LENGTH=200000 npx vitest run --project unit shaders/evict/sums` goes on for longer.
import { Random } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { evictSelectTwin } from './evict.ref.ts';

const numTokens = Number(process.env.LONGREAD_LENGTH ?? 6_000);

const headDim = 16;
const chunk = 64;
const budget = 96;
const recent = 24;
const groupSize = 2;
/** Queries whose attention is added up before it is added to the sums. */
const tileRows = 16;
const capacity = budget + chunk;

interface Entry {
  readonly key: Float64Array;
  f32: number;
  f64: number;
}

/** One KV head of a tiny model over a text that changes its subject: the first keys are looked at by all, as in trained models. */
function createHead(seed: number, sinkSum: number) {
  const random = new Random(seed);
  let subject = normal();
  let entries: Entry[] = [];
  let numRead = 0;

  function normal(): Float64Array {
    return Float64Array.from({ length: headDim }, () => {
      const [u, v] = [random.next() + 2 ** -33, random.next()];
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    });
  }
  const near = (scale: number) => normal().map((value, d) => scale * value + (subject[d] ?? 0));

  /** What each entry receives of the queries of a tile, added up in f32 as the kernels do. */
  function received(first: number, count: number, numBefore: number): Float32Array {
    const sums = new Float32Array(entries.length);
    for (let row = first; row < first + count; row++) {
      for (let head = 0; head < groupSize; head++) {
        const query = near(0.7);
        const seen = numBefore + row + 1;
        const weights = new Float64Array(seen);
        let all = 0;
        for (let j = 0; j < seen; j++) {
          const { key = new Float64Array() } = entries[j] ?? {};
          let dot = 0;
          for (let d = 0; d < headDim; d++) dot += (query[d] ?? 0) * (key[d] ?? 0);
          weights[j] = Math.exp(dot / Math.sqrt(headDim) + (j < 4 ? 4 : 0));
          all += weights[j] ?? 0;
        }
        for (let j = 0; j < seen; j++) sums[j] = (sums[j] ?? 0) + (weights[j] ?? 0) / all;
      }
    }
    return sums;
  }

  return {
    /** Reads a chunk; the flags of all entries by each kind of sums, and those of the kept ones. */
    next() {
      if (random.below(20) === 0) subject = normal();
      const numBefore = entries.length;
      for (let i = 0; i < chunk; i++) {
        const sum = numRead++ < 4 ? sinkSum : 0;
        entries.push({ key: near(1), f32: Math.fround(sum), f64: sum });
      }
      for (let first = 0; first < chunk; first += tileRows) {
        const tile = received(first, tileRows, numBefore);
        for (const [j, entry] of entries.entries()) {
          entry.f32 = Math.fround(entry.f32 + (tile[j] ?? 0));
          entry.f64 += tile[j] ?? 0;
        }
      }
      const flagsOf = (sums: Float32Array | Float64Array) => {
        const flags = new Uint32Array(capacity);
        const sizes = { num_entries: entries.length, num_kv_heads: 1, capacity, keep: budget, recent };
        evictSelectTwin({ sums: sums as Float32Array<ArrayBuffer>, flags }, sizes, { WORKGROUP_SIZE: 32 });
        return flags.subarray(0, entries.length);
      };
      const f32 = flagsOf(Float32Array.from(entries, (entry) => entry.f32));
      const f64 = flagsOf(Float64Array.from(entries, (entry) => entry.f64));
      const sums = entries.map((entry) => entry.f64);
      const old = sums.slice(0, -recent);
      const border = Math.max(0, ...old.filter((_, i) => f64[i] === 0));
      const gap = Math.min(...old.filter((_, i) => f64[i] === 1)) - border;
      entries = entries.filter((_, i) => f64[i] === 1);
      return { f32, f64, largest: Math.max(...sums), border, gap };
    },
  };
}

describe.each([
  ['from its start', 0],
  // Sums of f32 do not grow by less than 8 there: what the first entries receive is lost to them.
  ['that has been read for a hundred million tokens', 1e8],
])('a document %s', (_, sinkSum) => {
  test(`of ${numTokens} tokens keeps what sums in float64 would`, () => {
    for (const seed of [1, 2]) {
      const head = createHead(seed, sinkSum);
      let numDropped = 0;
      let largest = 0;
      let border = 0;
      let nearest = Infinity;
      for (let read = 0; read < numTokens; read += chunk) {
        const chosen = head.next();
        expect(chosen.f32, `after ${read + chunk} tokens of head ${seed}`).toEqual(chosen.f64);
        numDropped += chosen.f64.filter((flag) => flag === 0).length;
        largest = chosen.largest;
        if (read > capacity) {
          border = Math.max(border, chosen.border);
          nearest = Math.min(nearest, chosen.gap / chosen.border);
        }
      }
      // What is chosen between is small, and further apart than f32 is off.
      expect(border).toBeLessThan(largest / 20);
      expect(nearest).toBeGreaterThan(1e-5);
      expect(numDropped).toBeGreaterThan(numTokens - 2 * capacity);
      expect(largest).toBeGreaterThan(numTokens / 50 + sinkSum);
    }
  }, 600_000);
});
