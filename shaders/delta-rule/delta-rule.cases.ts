// The self-test cases of the gated delta rule.
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32 } from '../testing/data.ts';
import { deltaRuleCarryTwin, deltaRuleConvolveTwin, deltaRuleRecurTwin } from './delta-rule.ref.ts';
import { deltaRuleCarry, deltaRuleConvolve, deltaRuleRecur } from './delta-rule.ts';

const channels = { num_tokens: 5, num_channels: 72, row_stride: 80, length: 4 };
const heads = { num_key_heads: 2, num_value_heads: 4, state_dim: 20 };

export const deltaRuleCases: Cases = {
  ...casesOf(deltaRuleConvolve, (kernel) => ({
    kernel,
    twin: deltaRuleConvolveTwin,
    uniforms: channels,
    buffers: (random) => ({
      x: random.f32(5 * 80),
      w: random.f32(72 * 4),
      carried: random.f32(3 * 72),
      y: poisonF32(6 * 72),
    }),
    tolerance: 'elementwise-f32',
  })),
  ...casesOf(deltaRuleCarry, (kernel) => ({
    kernel,
    twin: deltaRuleCarryTwin,
    uniforms: channels,
    buffers: (random) => ({ x: random.f32(5 * 80), carried: random.f32(4 * 72) }),
    tolerance: 'elementwise-f32',
  })),
  ...casesOf(deltaRuleRecur, (kernel) => ({
    kernel,
    twin: deltaRuleRecurTwin,
    uniforms: { num_tokens: 5, ...heads, row_stride: 16, first_gate: 8, state_offset: 12 },
    buffers: (random) => ({
      x: random.f32(5 * 16),
      qkv: random.f32(5 * 8 * 20, 0.2),
      w: random.f32(8).map((value, i) => (i < 4 ? -Math.abs(value) : value)),
      carried: random.f32(12 + 4 * 20 * 20 + 4),
      y: poisonF32(6 * 4 * 20),
    }),
    tolerance: 'reduction-f32',
  })),
};
