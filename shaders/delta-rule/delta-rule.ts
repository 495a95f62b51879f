// The gated delta rule (Yang et al., arXiv 2412.06464) behind its convolution, as Qwen3.5 has them: a matrix a value head, which forgets,
// and in which a key's value is replaced by what is written. What it carries are the convolution's last columns and, behind them, the
// matrices. Query and key heads are normalised between the two by rms-norm/heads.
import { groupsFor } from '../kernel.ts';
import activation from '../lib/activation.wgsl?raw';
import carry from '../lib/causal-carry.wgsl?raw';
import causalColumns from '../lib/causal-columns.wgsl?raw';
import causalConvolution from '../lib/causal-convolution.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import column from './column.wgsl?raw';
import convolve from './convolve.wgsl?raw';
import recur from './recur.wgsl?raw';

const rowsShape = 'f32 [num_tokens, row_stride]: the channels first';
const carriedShape = 'f32 [length - 1, num_channels], oldest first; what is behind stays';
const channelShapes = {
  num_channels: { multipleOf: 4 },
  row_stride: { multipleOf: 4 },
  length: { min: 2 },
} as const;

export const deltaRuleConvolve = defineOperation({
  name: 'delta-rule/convolve',
  bindings: {
    x: read('vec4f', rowsShape),
    w: read('f32', 'f32 [num_channels, length]: the newest last'),
    carried: read('vec4f', carriedShape),
    y: write('vec4f', 'f32 [num_tokens, num_channels]'),
  },
  uniforms: { num_tokens: 'u32', num_channels: 'u32', row_stride: 'u32', length: 'u32' },
  overrides: { ACTIVATION: 0 },
  flops: (u) => (2 * u.length + 10) * u.num_tokens * u.num_channels,
  bodies: {
    plain: {
      source: convolve,
      library: [column, causalColumns, causalConvolution, activation],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: channelShapes,
      grid: (u, o) => [groupsFor(u.num_channels, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});

export const deltaRuleCarry = defineOperation({
  name: 'delta-rule/carry',
  bindings: { x: read('vec4f', rowsShape), carried: write('vec4f', carriedShape) },
  uniforms: { num_tokens: 'u32', num_channels: 'u32', row_stride: 'u32', length: 'u32' },
  flops: (u) => u.length * u.num_channels,
  bodies: {
    plain: {
      source: carry,
      library: [column, causalColumns],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: channelShapes,
      grid: (u, o) => [groupsFor(u.num_channels, 4 * o.WORKGROUP_SIZE), 1, 1],
    },
  },
});

/** Elements of a row of a matrix that registers hold. */
const maxStateDim = 128;

export const deltaRuleRecur = defineOperation({
  name: 'delta-rule/recur',
  bindings: {
    x: read('f32', 'f32 [num_tokens, row_stride]: from first_gate on beta, then alpha, of each value head'),
    qkv: read('vec4f', 'f32 [num_tokens, (2 num_key_heads + num_value_heads) state_dim]'),
    w: read('f32', 'f32 [2, num_value_heads]: decay, bias'),
    carried: write(
      'vec4f',
      'f32 from state_offset on [num_value_heads, state_dim of values, state_dim of keys]',
    ),
    y: write('f32', 'f32 [num_tokens, num_value_heads, state_dim]'),
  },
  uniforms: {
    num_tokens: 'u32',
    // Value head h goes with key head h % num_key_heads.
    num_key_heads: 'u32',
    num_value_heads: 'u32',
    state_dim: 'u32',
    row_stride: 'u32',
    first_gate: 'u32',
    state_offset: 'u32',
  },
  flops: (u) => 7 * u.num_tokens * u.num_value_heads * u.state_dim ** 2,
  bodies: {
    plain: {
      source: recur,
      library: [`const MAX_QUADS = ${maxStateDim / 4}u;`],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { state_dim: { multipleOf: 4, max: maxStateDim }, state_offset: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.state_dim, o.WORKGROUP_SIZE), u.num_value_heads, 1],
    },
  },
});
