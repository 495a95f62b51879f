import { describe, test } from 'vitest';
import { poisonF32, type Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionSoftmaxTwin } from './attention.ref.ts';
import { attentionSoftmax } from './attention.ts';

const gpu = useGpu();

interface Shape {
  readonly num_tokens: number;
  readonly num_slots: number;
  readonly first_token: number;
  readonly num_heads: number;
  readonly window?: number;
}

const { plain, lanes } = attentionSoftmax.bodies;
type Kernel = typeof plain;

async function check(
  { window = 2 ** 32 - 1, ...shape }: Shape,
  { kernel, size: WORKGROUP_SIZE }: { readonly kernel: Kernel; readonly size: number },
  scores: (random: Random, n: number) => Float32Array<ArrayBuffer>,
) {
  const tile_rows = 16 * Math.ceil(shape.num_tokens / 16);
  const key_stride = 16 * Math.ceil((shape.num_slots + shape.first_token + shape.num_tokens) / 16) + 16;
  await gpu.compare({
    kernel,
    twin: attentionSoftmaxTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: { ...shape, tile_rows, key_stride, window },
    buffers: (random) => ({
      s: scores(random, shape.num_heads * tile_rows * key_stride),
      factors: poisonF32(shape.num_heads * tile_rows),
    }),
    tolerance: 'reduction-f32',
  });
}

/** What scores leaves: scores where a row may see, and anything at all elsewhere. */
function tile(random: Random, n: number): Float32Array<ArrayBuffer> {
  return random.f32(n, 8);
}

describe.each([
  { kernel: plain, size: 16 },
  { kernel: plain, size: 5 },
  { kernel: lanes, size: 64 },
  { kernel: lanes, size: 5 },
])('$kernel.name, workgroup size $size', (of) => {
  test.each([
    { num_tokens: 1, num_slots: 0, first_token: 0, num_heads: 1 },
    { num_tokens: 15, num_slots: 0, first_token: 0, num_heads: 3 },
    { num_tokens: 16, num_slots: 3, first_token: 16, num_heads: 8 },
    { num_tokens: 17, num_slots: 37, first_token: 32, num_heads: 2 },
    { num_tokens: 1, num_slots: 254, first_token: 0, num_heads: 2 },
    { num_tokens: 1, num_slots: 255, first_token: 0, num_heads: 2 },
    { num_tokens: 2, num_slots: 255, first_token: 0, num_heads: 9 },
    { num_tokens: 17, num_slots: 0, first_token: 0, num_heads: 2, window: 1 },
    { num_tokens: 17, num_slots: 3, first_token: 16, num_heads: 1, window: 2 },
    { num_tokens: 15, num_slots: 40, first_token: 0, num_heads: 3, window: 4 },
    { num_tokens: 9, num_slots: 70, first_token: 16, num_heads: 2, window: 33 },
    { num_tokens: 33, num_slots: 0, first_token: 0, num_heads: 1, window: 16 },
  ])('%j', (shape) => check(shape, of, tile));
});

describe.each([
  { kernel: plain, size: 16 },
  { kernel: lanes, size: 64 },
])('$kernel.name values', (of) => {
  const shape = { num_tokens: 7, num_slots: 2, first_token: 0, num_heads: 1 };
  test('masked entries may be huge, infinite or NaN', () => {
    const stale = [3e38, -3e38, Infinity, -Infinity, NaN];
    return check(shape, of, (random, n) => {
      const key_stride = n / 16;
      return random.f32(n).map((score, i) => {
        const [row, key] = [Math.floor(i / key_stride), i % key_stride];
        const isMasked = row >= 7 || key > 2 + row;
        return isMasked ? (stale[i % stale.length] ?? NaN) : score;
      });
    });
  });
  test('what is before the window may be, too', () =>
    check({ ...shape, num_slots: 30, window: 6 }, of, (random, n) => {
      const key_stride = n / 16;
      return random.f32(n).map((score, i) => {
        const [row, key] = [Math.floor(i / key_stride), i % key_stride];
        const isSeen = row < 7 && key <= 30 + row && key > 24 + row;
        return isSeen ? score : ([3e38, -3e38, Infinity, -Infinity, NaN][i % 5] ?? NaN);
      });
    }));
  test('equal scores', () => check(shape, of, (_, n) => new Float32Array(n).fill(-1e30)));
  test('one score far above the rest', () =>
    check(shape, of, (random, n) => random.f32(n).map((score, i) => (i % 5 === 0 ? score + 1e4 : score))));
});
