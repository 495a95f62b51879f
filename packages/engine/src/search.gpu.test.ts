// The search over chunks of any length, in batches: as if the document were scored in one piece.
import { Random, scorings, type EmbeddingBlock, type GatherSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { addMoments, createMoments } from '@longread/planner';
import { scoreTokens } from '@longread/planner/score-tokens.ref.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { gather } from './gather.ts';
import { createSearch, searchShape, type EmbeddingSource } from './search.ts';
import { maxError } from './testing/numbers.ts';
import { sharedGpu } from './testing/tiny.ts';

const numParts = 2;
const headDim = 16;
const width = numParts * headDim;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await sharedGpu();
});

/** Rows of unit parts. */
function unitRows(random: Random, count: number): Float32Array<ArrayBuffer> {
  const rows = random.f32(count * width);
  for (let first = 0; first < rows.length; first += headDim) {
    const part = rows.subarray(first, first + headDim);
    const norm = Math.hypot(...part);
    part.forEach((value, d) => (part[d] = value / norm));
  }
  return rows;
}

function quantised(rows: Float32Array): EmbeddingBlock {
  const scales = new Float32Array(rows.length / headDim);
  const quants = Int8Array.from(rows, (value, i) => {
    const part = Math.floor(i / headDim);
    const largest = Math.max(...rows.subarray(part * headDim, (part + 1) * headDim).map(Math.abs));
    scales[part] = largest / 127;
    return Math.round((127 * value) / largest);
  });
  return { numTokens: rows.length / width, quants, scales };
}

function sourceOf(blocks: readonly EmbeddingBlock[]): EmbeddingSource {
  const moments = createMoments(numParts, headDim);
  for (const block of blocks) addMoments(moments, block, headDim);
  const starts = blocks.map((_, i) => blocks.slice(0, i).reduce((sum, { numTokens }) => sum + numTokens, 0));
  const record = (index: number) => ({
    index,
    tokenIds: new Uint32Array(),
    charEnds: new Uint32Array(),
    embeddings: blocks[index] ?? quantised(new Float32Array()),
  });
  return {
    numTokens: blocks.reduce((sum, { numTokens }) => sum + numTokens, 0),
    chunkSize: 64,
    chunkStarts: starts,
    numParts,
    headDim,
    moments,
    blocks: async function* () {
      for (const index of blocks.keys()) yield Promise.resolve(record(index));
    },
    block: (index) => Promise.resolve(record(index)),
  };
}

describe.each(scorings)('%s', (scoring) => {
  test.each([
    ['one short chunk', [3], 64, 9],
    ['chunks of one token, fewer than a window', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 64, 33],
    ['a window wider than a batch', [64, 64, 64, 7], 64, 129],
    ['ragged chunks in small batches', [64, 5, 64, 1, 1, 64, 64, 30], 64, 17],
    ['more than a stretch at once', Array.from({ length: 36 }, () => 64), 2304, 65],
  ])('%s', async (_name, lengths, batchTokens, smoothWindow) => {
    const random = new Random(lengths.length);
    const blocks = lengths.map((length) => quantised(unitRows(random, length)));
    // What is used up is overwritten: nothing may look at it again.
    const given = blocks.map(({ numTokens, quants, scales }) => ({
      numTokens,
      quants: quants.slice(),
      scales: scales.slice(),
    }));
    const usedUp: EmbeddingBlock[] = [];
    const source: EmbeddingSource = {
      ...sourceOf(given),
      moments: sourceOf(blocks).moments,
      usedUp: (block) => {
        block.scales.fill(NaN);
        usedUp.push(block);
      },
    };
    const query = unitRows(random, 5);
    const settings: GatherSettings = {
      gatherSize: 16,
      smoothWindow,
      keepEnds: 0,
      scoring,
      wholeSentences: false,
      followFrom: Infinity,
      hops: 1,
      peaks: 3,
      peakSpan: 12,
      rarePlaces: 0,
      bestLast: false,
    };
    const shape = { ...searchShape(source, 5, settings), batchTokens };
    const search = await gpu.build('search', (owner) => createSearch(gpu, owner, source, shape, settings));
    const dones: number[] = [];
    const onTokens = (done: number) => dones.push(done);
    const scores: number[] = [];
    await search.score(query, (batch) => scores.push(...batch), { during: 'test', onTokens });
    search.dispose();
    expect(dones).toEqual([...new Set(dones)].sort((a, b) => a - b));
    expect(dones.at(-1)).toBe(source.numTokens);
    if (source.numTokens > 2 * (batchTokens + smoothWindow)) expect(dones.length).toBeGreaterThan(1);
    expect(usedUp).toEqual(given.slice(0, usedUp.length));
    const left = given.slice(usedUp.length + 1).reduce((sum, { numTokens }) => sum + numTokens, 0);
    expect(left).toBeLessThan(shape.window); // of windows that reach on
    const stored = blocks.flatMap(({ quants, scales }) =>
      Array.from(quants, (quant, i) => quant * (scales[Math.floor(i / headDim)] ?? NaN)),
    );
    const wanted = scoreTokens(query, 5, Float32Array.from(stored), numParts, headDim, scoring, smoothWindow);
    expect(scores).toHaveLength(wanted.length);
    expect(maxError(scores, [...wanted])).toBeLessThan(2e-3);
  });
});

test.each([
  ['one search', Infinity, [256]],
  ['a search that two follow', -Infinity, [85, 170, 256]],
])('%s: how far all of them are', async (_, followFrom, told) => {
  const random = new Random(8);
  const source = sourceOf([64, 64, 64, 64].map((length) => quantised(unitRows(random, length))));
  const settings: GatherSettings = {
    ...{ gatherSize: 64, smoothWindow: 17, keepEnds: 0, scoring: 'late-interaction', wholeSentences: false },
    ...{ hops: 1, peaks: 3, peakSpan: 4, rarePlaces: 0, bestLast: false, followFrom },
  };
  const dones: number[] = [];
  const onTokens = (done: number) => dones.push(done);
  await gather(gpu, source, unitRows(random, 5), settings, { during: 'test', onTokens });
  expect(dones).toEqual(told);
});
