import { describe, test } from 'vitest';
import { poisonF32, Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { deltaRuleCarryTwin, deltaRuleConvolveTwin, deltaRuleRecurTwin } from './delta-rule.ref.ts';
import { deltaRuleCarry, deltaRuleConvolve, deltaRuleRecur } from './delta-rule.ts';

const gpu = useGpu();

describe.each([64, 5])('convolution of channels, workgroup size %i', (WORKGROUP_SIZE) => {
  // Fewer tokens than are carried, as many, more; the length of Qwen3.5, and others; rows with something behind the channels.
  test.each([
    { num_tokens: 1, num_channels: 4, row_stride: 4, length: 4 },
    { num_tokens: 3, num_channels: 64, row_stride: 72, length: 4 },
    { num_tokens: 17, num_channels: 260, row_stride: 264, length: 4 },
    { num_tokens: 2, num_channels: 8, row_stride: 12, length: 2 },
    { num_tokens: 2, num_channels: 8, row_stride: 8, length: 7 },
  ])('%j', async (uniforms) => {
    const { num_tokens, num_channels, row_stride, length } = uniforms;
    const common = { uniforms, tolerance: 'elementwise-f32' } as const;
    await gpu.compare({
      ...common,
      kernel: deltaRuleConvolve.bodies.plain,
      overrides: { WORKGROUP_SIZE },
      twin: deltaRuleConvolveTwin,
      buffers: (random) => ({
        x: random.f32(num_tokens * row_stride),
        w: random.f32(num_channels * length),
        carried: random.f32((length - 1) * num_channels),
        y: poisonF32((num_tokens + 1) * num_channels),
      }),
    });
    await gpu.compare({
      ...common,
      kernel: deltaRuleCarry.bodies.plain,
      overrides: { WORKGROUP_SIZE },
      twin: deltaRuleCarryTwin,
      buffers: (random) => ({
        x: random.f32(num_tokens * row_stride),
        carried: random.f32(length * num_channels),
      }),
    });
  });
});

interface Heads {
  readonly num_tokens: number;
  readonly num_key_heads: number;
  readonly num_value_heads: number;
  readonly state_dim: number;
}

/** Keys and queries of about length 1, as they are normalised; decays are negative. */
function recurBuffers(random: Random, u: Heads, scale: number) {
  const { num_tokens, num_key_heads, num_value_heads, state_dim } = u;
  const width = (2 * num_key_heads + num_value_heads) * state_dim;
  return {
    x: random.f32(num_tokens * (4 + 2 * num_value_heads), scale),
    qkv: random.f32(num_tokens * width, state_dim ** -0.5),
    w: random.f32(2 * num_value_heads).map((value, i) => (i < num_value_heads ? -Math.abs(value) : value)),
    carried: random.f32(8 + num_value_heads * state_dim ** 2 + 4),
    y: poisonF32((num_tokens + 1) * num_value_heads * state_dim),
  };
}

describe.each([32, 5])('delta rule, workgroup size %i', (WORKGROUP_SIZE) => {
  // Gates of up to 8 either way, and so far that exp overflows.
  test.each([
    [{ num_tokens: 1, num_key_heads: 1, num_value_heads: 1, state_dim: 4 }, 1],
    [{ num_tokens: 9, num_key_heads: 2, num_value_heads: 2, state_dim: 32 }, 8],
    [{ num_tokens: 7, num_key_heads: 2, num_value_heads: 6, state_dim: 36 }, 1],
    [{ num_tokens: 67, num_key_heads: 1, num_value_heads: 2, state_dim: 128 }, 1],
    [{ num_tokens: 3, num_key_heads: 3, num_value_heads: 3, state_dim: 12 }, 500],
  ] as const)('%j, gates of %i', (shape, scale) => {
    return gpu.compare({
      kernel: deltaRuleRecur.bodies.plain,
      twin: deltaRuleRecurTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, row_stride: 4 + 2 * shape.num_value_heads, first_gate: 4, state_offset: 8 },
      buffers: (random) => recurBuffers(random, shape, scale),
      tolerance: 'reduction-f32',
    });
  });
});
