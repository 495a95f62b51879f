// The self-test cases of rotary embedding.
import { casesOf, type Cases, type Overrides } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { ropeAngles, ropeCacheTwin, ropeKeptTwin } from './rope.ref.ts';
import { ropeCache, ropeKept } from './rope.ts';

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
