// The self-test cases of rotary embedding.
import { casesOf, type Cases, type Overrides } from '../testing/case.ts';
import { rowWords } from '../lib/packed-rows.ref.ts';
import { poisonF32, poisonU32, type CaseOf } from '../testing/data.ts';
import { ropeAngles, ropeCacheTwin, ropeKeptTwin, ropeTokenTwin } from './rope.ref.ts';
import { ropeCache, ropeKept, ropeToken } from './rope.ts';

/** Nine tokens behind thirty kept entries; two query heads a KV head. */
const pass = {
  num_tokens: 9,
  first_slot: 30,
  num_heads: 4,
  num_kv_heads: 2,
  head_dim: 64,
  capacity: 48,
};
/** Where a part rotates, three quarters. */
const rotaryDim = (overrides: Overrides): number => (overrides.IN_PART === 1 ? 48 : 64);

/** Of eight projections, biased: their mean square is one. */
const unit = [7, -7, 4, 2, -2, 2, 1, -1].map((value) => value / 4);

export interface TokenShape {
  readonly slot: number;
  readonly num_heads: number;
  readonly num_kv_heads: number;
  readonly head_dim: number;
  readonly rotary_dim: number;
}

/**
 * A token whose every bit is determined: quarter turns, norms that divide by one, and of each head the largest element such that
 * f32 divides by its scale exactly.
 */
export function exactToken(
  kernel: CaseOf<typeof ropeToken>['kernel'],
  overrides: Overrides,
  shape: TokenShape,
): CaseOf<typeof ropeToken> {
  const { slot, num_heads, num_kv_heads, head_dim, rotary_dim } = shape;
  const capacity = slot + 3;
  const numHeads = num_heads + 2 * num_kv_heads;
  const [isBiased, isNormed] = [overrides.BIAS === 1, overrides.NORMED === 1];
  return {
    kernel,
    twin: ropeTokenTwin,
    uniforms: { ...shape, capacity, eps: 0 },
    buffers: (random) => {
      // No zeros, whose sign the twin's rotation may lose.
      const integer = (most: number) => 4 * (random.below(most / 2) - most / 4) || 4;
      // In a high half, turned or not: a low one of 32,767 is a fraction too near a half.
      const largest = (at: number) => at % head_dim === 5;
      const b = new Float32Array(numHeads * head_dim).map(() => (isBiased ? integer(64) : NaN));
      const isValue = (at: number) => at >= (num_heads + num_kv_heads) * head_dim;
      const wanted = (at: number) => {
        if (isNormed && !isValue(at)) return unit[at % 8] ?? 0;
        return largest(at) ? 32767 : integer(14_000);
      };
      return {
        qkv: b.map((bias, at) => wanted(at) - (isBiased ? bias : 0)),
        angles: new Float32Array((slot + 1) * Math.max(8, rotary_dim)).map((_, at) =>
          at % 4 === 1 || at % 4 === 2 ? 1 : 0,
        ),
        b,
        w: new Float32Array(2 * head_dim).map((_, at) => (largest(at) ? 65_534 : integer(14_000))),
        q: poisonF32((num_heads + 1) * head_dim),
        packed: poisonU32(2 * num_kv_heads * capacity * rowWords(head_dim)),
      };
    },
    tolerance: 'exact',
  };
}

export const ropeCases: Cases = {
  ...casesOf(ropeCache, (kernel, overrides) => ({
    kernel,
    twin: ropeCacheTwin,
    uniforms: { ...pass, rotary_dim: rotaryDim(overrides), first_token: 0 },
    buffers: (random) => ({
      qkv: random.f32((pass.num_tokens + 1) * (pass.num_heads + 2 * pass.num_kv_heads) * pass.head_dim),
      angles: ropeAngles(pass.first_slot + pass.num_tokens, rotaryDim(overrides), 10_000),
      q: poisonF32((pass.num_tokens + 1) * pass.num_heads * pass.head_dim),
      keys: poisonF32(pass.num_kv_heads * pass.capacity * pass.head_dim),
      values: poisonF32(pass.num_kv_heads * pass.capacity * pass.head_dim),
    }),
    tolerance: { q: 'elementwise-f32', keys: 'elementwise-f32', values: 'exact' },
  })),
  ...casesOf(ropeToken, (kernel, overrides) =>
    exactToken(kernel, overrides, {
      slot: 5,
      num_heads: 4,
      num_kv_heads: 2,
      head_dim: 64,
      rotary_dim: rotaryDim(overrides),
    }),
  ),
  ...casesOf(ropeKept, (kernel, overrides) => ({
    kernel,
    twin: ropeKeptTwin,
    uniforms: {
      num_slots: 13,
      num_kv_heads: 2,
      head_dim: 64,
      rotary_dim: rotaryDim(overrides),
      budget: 16,
      capacity: 20,
    },
    buffers: (random) => ({
      kept_kv: random.f32(2 * 2 * 16 * 64),
      angles: ropeAngles(13, rotaryDim(overrides), 10_000),
      keys: poisonF32(2 * 20 * 64),
      values: poisonF32(2 * 20 * 64),
    }),
    tolerance: { keys: 'elementwise-f32', values: 'exact' },
  })),
};
