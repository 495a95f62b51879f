// The attention kernels as a whole: tile by tile they are a dense causal softmax with column sums (design 3.5 item 6).
import { expect, describe, test } from 'vitest';
import {
  decodeAttentionReduce,
  decodeAttentionSplit,
  partialVectors,
  splitsOf,
} from '../decode-attention/decode-attention.ts';
import { packRow, rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import { packedCachePack } from '../packed-cache/packed-cache.ts';
import { difference } from '../testing/compare.ts';
import { Random, at, poisonF32, poisonU32, type Data } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionColumnSums, attentionScores, attentionSoftmax, attentionValues } from './attention.ts';
import { denseAttention } from './dense-attention.ref.ts';

const gpu = useGpu();

interface Shape {
  readonly num_slots: number;
  readonly num_tokens: number;
  readonly num_heads: number;
  readonly group_size: number;
  readonly head_dim: number;
  readonly tile_rows: number;
}

function layout(shape: Shape) {
  const numKeys = shape.num_slots + shape.num_tokens;
  const numKvHeads = shape.num_heads / shape.group_size;
  const capacity = 16 * Math.ceil(numKeys / 16) + 16;
  return { numKeys, numKvHeads, capacity, key_stride: capacity, scale: shape.head_dim ** -0.5 };
}

function data(shape: Shape, random: Random) {
  const { numKvHeads, capacity } = layout(shape);
  const cacheLength = numKvHeads * capacity * shape.head_dim;
  return {
    q: random.f32(shape.num_tokens * shape.num_heads * shape.head_dim, 3),
    keys: random.f32(cacheLength, 3),
    values: random.f32(cacheLength),
    sums: new Float32Array(numKvHeads * capacity),
    s: poisonF32(shape.num_heads * shape.tile_rows * layout(shape).key_stride),
    factors: poisonF32(shape.num_heads * shape.tile_rows),
    y: poisonF32(shape.num_tokens * shape.num_heads * shape.head_dim),
  };
}

const plain = { name: 'plain', scores: attentionScores.bodies.plain, values: attentionValues.bodies.plain };
const inQuads = {
  name: 'in quads',
  scores: attentionScores.bodies.quad,
  values: attentionValues.bodies.quad,
};

const split = decodeAttentionSplit.bodies.subgroup;

/** The chunk in tiles of query rows, as the engine runs it. */
function prefill(shape: Shape, arrays: ReturnType<typeof data>, { scores, values } = inQuads) {
  const { numKvHeads, ...sizes } = layout(shape);
  return gpu.use(arrays, async (dispatch, buffers) => {
    for (let first_token = 0; first_token < shape.num_tokens; first_token += shape.tile_rows) {
      const num_tokens = Math.min(shape.tile_rows, shape.num_tokens - first_token);
      const uniforms = { ...shape, ...sizes, first_token, num_tokens };
      const num_keys = shape.num_slots + first_token + num_tokens;
      await dispatch(scores, buffers, uniforms);
      await dispatch(attentionSoftmax.bodies.plain, buffers, {
        ...uniforms,
        window: shape.num_slots + shape.num_tokens,
      });
      await dispatch(attentionColumnSums.bodies.plain, buffers, {
        ...uniforms,
        num_keys,
        num_kv_heads: numKvHeads,
      });
      await dispatch(values, buffers, uniforms);
    }
  });
}

function dense(
  shape: Shape,
  { q, keys, values }: { readonly q: Data; readonly keys: Data; readonly values: Data },
) {
  const { capacity, scale } = layout(shape);
  return denseAttention(q, keys, values, {
    numTokens: shape.num_tokens,
    numSlots: shape.num_slots,
    numHeads: shape.num_heads,
    groupSize: shape.group_size,
    headDim: shape.head_dim,
    capacity,
    scale,
  });
}

describe.each([plain, inQuads])(
  'prefill chain $name = dense attention, column sums = dense softmax sums',
  (kernels) => {
    test.each([
      { num_slots: 0, num_tokens: 1, num_heads: 1, group_size: 1, head_dim: 16, tile_rows: 16 },
      { num_slots: 0, num_tokens: 48, num_heads: 9, group_size: 3, head_dim: 64, tile_rows: 16 },
      { num_slots: 1, num_tokens: 53, num_heads: 4, group_size: 4, head_dim: 16, tile_rows: 32 },
      { num_slots: 37, num_tokens: 47, num_heads: 2, group_size: 1, head_dim: 80, tile_rows: 16 },
      { num_slots: 37, num_tokens: 31, num_heads: 8, group_size: 8, head_dim: 128, tile_rows: 64 },
      { num_slots: 230, num_tokens: 27, num_heads: 3, group_size: 3, head_dim: 16, tile_rows: 16 },
    ])('%j', async (shape) => {
      const { numKeys, capacity } = layout(shape);
      const arrays = data(shape, new Random(11));
      const got = await prefill(shape, arrays, kernels);
      const want = dense(shape, arrays);
      const wantSums = arrays.sums.map((zero, i) => {
        const [head, key] = [Math.floor(i / capacity), i % capacity];
        return key < numKeys ? at(want.sums, head * numKeys + key) : zero;
      });
      expect(difference('y', arrays.y, got.y, new Float32Array(want.y), 'reduction-f32')).toBeUndefined();
      expect(difference('sums', arrays.sums, got.sums, wantSums, 'reduction-f32')).toBeUndefined();
    });

    test('several tiles = one tile', async () => {
      const shape = {
        num_slots: 5,
        num_tokens: 45,
        num_heads: 3,
        group_size: 3,
        head_dim: 16,
        tile_rows: 48,
      };
      const tiled = { ...shape, tile_rows: 16 };
      const whole = await prefill(shape, data(shape, new Random(12)), kernels);
      const parts = await prefill(tiled, data(tiled, new Random(12)), kernels);
      expect(difference('y', poisonF32(whole.y.length), parts.y, whole.y, 'reduction-f32')).toBeUndefined();
      expect(
        difference(
          'sums',
          whole.sums.map(() => 0),
          parts.sums,
          whole.sums,
          'reduction-f32',
        ),
      ).toBeUndefined();
    });
  },
);

/** What is left of rows that were packed: packing it again loses nothing. */
function asPacked(data: Float32Array<ArrayBuffer>, headDim: number): Float32Array<ArrayBuffer> {
  const packed = new Uint32Array(rowWords(headDim));
  const rounded = data.slice();
  for (let from = 0; from < data.length; from += headDim) {
    packRow(data.subarray(from, from + headDim), packed, 0);
    rounded.set(unpackRow(packed, 0, headDim), from);
  }
  return rounded;
}

describe('decode chain = last row of the prefill chain', () => {
  test.each([
    { num_slots: 0, num_tokens: 1, num_heads: 3, group_size: 3, head_dim: 16, tile_rows: 16 },
    { num_slots: 37, num_tokens: 30, num_heads: 9, group_size: 3, head_dim: 64, tile_rows: 32 },
    { num_slots: 0, num_tokens: 50, num_heads: 2, group_size: 1, head_dim: 80, tile_rows: 16 },
    { num_slots: 240, num_tokens: 17, num_heads: 8, group_size: 8, head_dim: 16, tile_rows: 32 },
  ])('%j', async (shape) => {
    const { numKeys, ...sizes } = layout(shape);
    const width = shape.num_heads * shape.head_dim;
    const random = data(shape, new Random(13));
    const [keys, values] = [random.keys, random.values].map((each) => asPacked(each, shape.head_dim)) as [
      Float32Array<ArrayBuffer>,
      Float32Array<ArrayBuffer>,
    ];
    const prefilled = { ...random, keys, values };
    const want = (await prefill(shape, prefilled)).y.slice(-width);
    const numKvHeads = shape.num_heads / shape.group_size;
    const numBlocks = numKvHeads * Math.ceil(shape.group_size / 4);
    const numSplits = splitsOf(split, numKeys, numBlocks);
    const numQuads = numBlocks * numSplits;
    const arrays = {
      q: prefilled.q.slice(-width),
      keys,
      values,
      packed: poisonU32(2 * numKvHeads * sizes.capacity * rowWords(shape.head_dim)),
      partial: poisonF32(4 * numQuads * partialVectors(shape.head_dim)),
      y: poisonF32(width),
    };
    const got = await gpu.use(arrays, async (dispatch, buffers) => {
      const uniforms = { ...shape, ...sizes, num_splits: numSplits, num_kv_heads: numKvHeads };
      await dispatch(packedCachePack.bodies.plain, buffers, {
        ...uniforms,
        first_slot: 0,
        num_slots: numKeys,
      });
      await dispatch(split, buffers, { ...uniforms, first_key: 0, num_keys: numKeys });
      await dispatch(decodeAttentionReduce.bodies.plain, buffers, uniforms);
    });
    expect(difference('y', arrays.y, got.y, want, 'reduction-f32')).toBeUndefined();
  });
});
