import { describe, expect, test } from 'vitest';
import { denseAttention } from '../attention/dense-attention.ref.ts';
import { difference } from '../testing/compare.ts';
import { at, poisonF32, Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { outputCase, receivedCase, weighCase } from './flash-attention.cases.ts';
import { flashAttentionOutput, flashAttentionReceived, flashAttentionWeigh } from './flash-attention.ts';

const gpu = useGpu();

const shapes = [
  { num_tokens: 1, first_token: 0, num_slots: 0, num_heads: 1, group_size: 1, head_dim: 16 },
  { num_tokens: 48, first_token: 0, num_slots: 0, num_heads: 9, group_size: 3, head_dim: 64 },
  { num_tokens: 33, first_token: 7, num_slots: 31, num_heads: 4, group_size: 4, head_dim: 32 },
  { num_tokens: 21, first_token: 3, num_slots: 230, num_heads: 3, group_size: 1, head_dim: 48 },
  { num_tokens: 70, first_token: 0, num_slots: 61, num_heads: 5, group_size: 5, head_dim: 4 },
  { num_tokens: 40, first_token: 1, num_slots: 90, num_heads: 4, group_size: 2, head_dim: 64, window: 17 },
  { num_tokens: 40, first_token: 0, num_slots: 5, num_heads: 2, group_size: 2, head_dim: 64, window: 1 },
];
const long = [
  { num_tokens: 37, first_token: 2, num_slots: 37, num_heads: 8, group_size: 8, head_dim: 128 },
  { num_tokens: 18, first_token: 0, num_slots: 40, num_heads: 2, group_size: 1, head_dim: 80, window: 33 },
];
const longest = [
  { num_tokens: 35, first_token: 1, num_slots: 30, num_heads: 2, group_size: 2, head_dim: 256 },
  { num_tokens: 9, first_token: 0, num_slots: 30, num_heads: 3, group_size: 3, head_dim: 200, window: 12 },
];

const by64 = shapes;
const by128 = [...shapes.slice(1, 3), ...long];
const by256 = [...shapes.slice(1, 2), ...long.slice(0, 1), ...longest];

/** Sums of all heads of a layer in one row. */
const together = {
  num_tokens: 21,
  first_token: 3,
  num_slots: 230,
  num_heads: 6,
  group_size: 2,
  head_dim: 48,
  kv_heads_together: 3,
};

const output = flashAttentionOutput.bodies;
describe.each([
  { kernel: output.d64, cases: by64 },
  { kernel: output['d64-blocked'], cases: by64 },
  { kernel: output['d64-blocked-tall'], cases: by64 },
  { kernel: output['d64-blocked-f16'], cases: by64 },
  { kernel: output['d64-blocked-tall-f16'], cases: by64 },
  { kernel: output.d128, cases: by128 },
  { kernel: output['d128-blocked'], cases: by128 },
  { kernel: output['d128-blocked-f16'], cases: by128 },
  { kernel: output.d256, cases: by256 },
  { kernel: output['d256-f16'], cases: by256 },
])('$kernel.name', ({ kernel, cases }) => {
  test.each(cases)('%j', (shape) => gpu.compare(outputCase(kernel, shape)));
});

const received = flashAttentionReceived.bodies;
describe.each([
  { kernel: received.d64, cases: [...by64, together] },
  { kernel: received['d64-blocked'], cases: [...by64, together] },
  { kernel: received['d64-blocked-f16'], cases: [...by64, together] },
  { kernel: received['d128-blocked'], cases: [...by128, together] },
  { kernel: received['d128-blocked-f16'], cases: [...by128, together] },
  { kernel: received.d256, cases: [...by128, ...by256, together] },
  { kernel: received['d256-f16'], cases: [...by256, together] },
])('$kernel.name', ({ kernel, cases }) => {
  test.each(cases)('%j', (shape) => gpu.compare(receivedCase(kernel, shape)));
});

describe.each([0, 1, 30_000])('flash-attention/weigh, %i more', (more) => {
  test.each([...by64, ...longest])('%j', (shape) =>
    gpu.compare(weighCase(flashAttentionWeigh.bodies.plain, shape, more)),
  );
});

test('weighing by five = dense attention over a key that is there five times', async () => {
  const [num_tokens, num_slots, head_dim] = [9, 12, 16];
  const random = new Random(7);
  const scale = head_dim ** -0.5;
  const capacity = num_slots + num_tokens;
  const arrays = {
    q: random.f32(num_tokens * head_dim, 3),
    keys: random.f32(capacity * head_dim, 3),
    values: random.f32(capacity * head_dim),
    y: poisonF32(num_tokens * head_dim),
    norms: poisonF32(num_tokens),
  };
  const shape = { first_token: 0, num_tokens, num_heads: 1, group_size: 1, head_dim, capacity, scale };
  const uniforms = { ...shape, tile_rows: num_tokens };
  const got = await gpu.use(arrays, async (dispatch, buffers) => {
    await dispatch(output.d64, buffers, { ...uniforms, num_slots, window: capacity });
    await dispatch(flashAttentionWeigh.bodies.plain, buffers, { ...uniforms, more: 4 });
  });
  const five = (rows: Float32Array) =>
    Float32Array.of(...Array.from({ length: 4 }, () => [...rows.subarray(0, head_dim)]).flat(), ...rows);
  const want = denseAttention(arrays.q, five(arrays.keys), five(arrays.values), {
    numTokens: num_tokens,
    numSlots: num_slots + 4,
    numHeads: 1,
    groupSize: 1,
    headDim: head_dim,
    capacity: capacity + 4,
    scale,
  });
  expect(difference('y', arrays.y, got.y, new Float32Array(want.y), 'reduction-f32')).toBeUndefined();
});

test('both together = dense attention, and what its softmax sums up to by key; tile by tile the same', async () => {
  const shape = { num_slots: 41, num_tokens: 53, num_heads: 6, group_size: 3, head_dim: 64 };
  const { num_slots, num_tokens, num_heads, group_size, head_dim } = shape;
  const numKeys = num_slots + num_tokens;
  const capacity = numKeys + 2;
  const random = new Random(5);
  const arrays = {
    q: random.f32(num_tokens * num_heads * head_dim, 3),
    keys: random.f32((num_heads / group_size) * capacity * head_dim, 3),
    values: random.f32((num_heads / group_size) * capacity * head_dim),
    y: poisonF32(num_tokens * num_heads * head_dim),
    norms: poisonF32(num_heads * num_tokens),
    sums: new Float32Array((num_heads / group_size) * capacity),
  };
  const scale = head_dim ** -0.5;
  const want = denseAttention(arrays.q, arrays.keys, arrays.values, {
    numTokens: num_tokens,
    numSlots: num_slots,
    numHeads: num_heads,
    groupSize: group_size,
    headDim: head_dim,
    capacity,
    scale,
  });
  const wantSums = arrays.sums.map((zero, i) => {
    const [head, key] = [Math.floor(i / capacity), i % capacity];
    return key < numKeys ? at(want.sums, head * numKeys + key) : zero;
  });
  for (const tileRows of [num_tokens, 16]) {
    const got = await gpu.use(arrays, async (dispatch, buffers) => {
      for (let first_token = 0; first_token < num_tokens; first_token += tileRows) {
        const tile = {
          ...shape,
          first_token,
          num_tokens: Math.min(tileRows, num_tokens - first_token),
          capacity,
          tile_rows: tileRows,
          window: numKeys,
          scale,
          kv_heads_together: 1,
        };
        await dispatch(output.d64, buffers, tile);
        await dispatch(received.d64, buffers, tile);
      }
    });
    expect(difference('y', arrays.y, got.y, new Float32Array(want.y), 'reduction-f32')).toBeUndefined();
    expect(difference('sums', arrays.sums, got.sums, wantSums, 'reduction-f32')).toBeUndefined();
  }
});
