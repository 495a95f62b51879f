// Models of all sizes: each is refused by name, or computes what a float64 reference computes. `npm run fuzz` tries more of them.
import { beforeAll, describe, expect, test } from 'vitest';
import type { GgmlTypeName } from '@longread/formats/testing';
import type { Gpu } from '@longread/gpu';
import { checkModel } from './testing/check-model.ts';
import { modelCase } from './testing/random-model.ts';
import { sharedGpu } from './testing/tiny.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await sharedGpu();
});

const check = (...model: Parameters<typeof modelCase>) => checkModel(gpu, modelCase(...model));

describe('sizes by hand are refused by name', () => {
  test.each([{ headDim: 4 }, { headDim: 12 }, { headDim: 20 }, { hiddenSize: 36 }, { intermediateSize: 44 }])(
    '%j',
    async (sizes) => {
      const fine = { headDim: 16, hiddenSize: 64, intermediateSize: 64 };
      expect(await check(1, { ...fine, ...sizes })).toMatchObject({ verdict: 'refused' });
    },
  );
});

describe('sizes by hand compute what the reference does', () => {
  const fine = { hiddenSize: 64, intermediateSize: 96, numLayers: 2 };
  test.each([
    { headDim: 8, numHeads: 3, numKvHeads: 3 },
    { headDim: 24, numHeads: 7, numKvHeads: 1 },
    { headDim: 40, numHeads: 4, numKvHeads: 2 },
    { headDim: 72, numHeads: 5, numKvHeads: 1 },
    { headDim: 80, numHeads: 2, numKvHeads: 1 },
    { headDim: 96, numHeads: 1, numKvHeads: 1 },
    { headDim: 512, numHeads: 2, numKvHeads: 1, numLayers: 1 },
    { headDim: 16, numHeads: 6, numKvHeads: 2, hiddenSize: 40, intermediateSize: 24 },
    { headDim: 128, numHeads: 2, numKvHeads: 2, numLayers: 1, hiddenSize: 256, intermediateSize: 256 },
  ])('%j', async (sizes) => {
    expect(await check(2, { ...fine, ...sizes })).toMatchObject({ verdict: 'right', detail: '' });
  });
});

describe('every tensor type computes what the package gguf reads in it', () => {
  const sizes = {
    hiddenSize: 256,
    intermediateSize: 256,
    numLayers: 1,
    numHeads: 4,
    numKvHeads: 4,
    headDim: 64,
  };
  test.each<readonly GgmlTypeName[]>([
    ['Q4_K', 'Q4_K', 'Q6_K', 'Q5_K', 'Q4_K', 'Q4_K', 'Q3_K', 'Q5_K'],
    ['Q2_K', 'IQ4_XS', 'Q3_K', 'Q2_K', 'IQ4_NL', 'IQ4_NL', 'Q5_1', 'Q5_0'],
    ['Q1_0', 'Q2_0', 'MXFP4', 'BF16', 'Q5_1', 'Q5_1', 'Q1_0', 'BF16'],
  ])('%s %s %s %s %s %s %s %s', async (q, k, v, o, gate, up, down, embeddingType) => {
    const types = {
      attn_q: q,
      attn_k: k,
      attn_v: v,
      attn_output: o,
      ffn_gate: gate,
      ffn_up: up,
      ffn_down: down,
    };
    const tensorTypes = Object.fromEntries(
      Object.entries(types).map(([name, type]) => [`blk.0.${name}.weight`, type]),
    );
    expect(await check(3, { ...sizes, tensorTypes, embeddingType })).toMatchObject({
      verdict: 'right',
      detail: '',
    });
  });
});

test.each(Array.from({ length: 12 }, (_, i) => 101 + i))('seed %i', async (seed) => {
  const { options } = modelCase(seed);
  const { headDim = 0, hiddenSize = 0, intermediateSize = 0 } = options;
  const isPossible = [headDim, hiddenSize, intermediateSize].every((size) => size % 8 === 0);
  const { verdict, detail } = await check(seed);
  expect(verdict, detail).toBe(isPossible ? 'right' : 'refused');
});
