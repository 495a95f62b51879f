import { describe, expect, test } from 'vitest';
import type { Sizes } from './models.ts';
import { asking, compressWork, decodeWork, recomputeWork, searchWork, secondsOf } from './work.ts';

/** A matrix of 2 x 2 for output and query, of 2 x 1 for key and value, three of 2 x 3: 4 + 4 + 2 + 2 + 18 weights a layer. */
const tiny: Sizes = {
  name: 'tiny',
  numLayers: 3,
  exitLayer: 2,
  hiddenSize: 2,
  intermediateSize: 3,
  numHeads: 2,
  numKvHeads: 1,
  headDim: 1,
  vocabSize: 5,
};

describe('work', () => {
  test('of a token read: whole layers below the last, and of the last its heads', () => {
    const { products, attention } = compressWork(tiny);
    expect(products).toBe(2 * (30 + 4 * 1 * 2));
    // Scores and values, two operations each, of two heads, over 1,024 kept keys and half a chunk.
    expect(attention).toBe(2 * 2 * 2 * (1024 + 512));
  });

  test('of a token recomputed: all layers, over half of what is gathered', () => {
    expect(recomputeWork(tiny)).toMatchObject({ products: 2 * 3 * 30, attention: 3 * 8 * 512 });
  });

  test('of a token decoded: every weight once, and what is cached', () => {
    const cache = 3 * asking.cached * 2 * (2 + 16);
    expect(decodeWork(tiny).bytes).toBe(3 * 30 * 0.625 + 10 * 1.125 + cache);
    expect(decodeWork(tiny).products).toBe(2 * (3 * 30 + 10));
  });

  test('of a token searched: one head of a question, then all of two hops; its embeddings each time', () => {
    expect(searchWork(tiny)).toMatchObject({ search: 2 * (32 + 2 * 4 * 80), bytes: 3 * 4 * 5 });
  });
});

test('takes as long as its arithmetic or its memory, whichever is longer', () => {
  const work = { products: 10, attention: 6, search: 0, bytes: 100 };
  const rates = { products: 5, attention: 3, search: 1, bytes: 50 };
  expect(secondsOf(work, rates)).toBe(4);
  expect(secondsOf(work, { ...rates, bytes: 10 })).toBe(10);
});
