// The gated short convolution of LFM2 (Liquid AI, 2025): each channel by itself, over a token and the few before it. Those
// before the first token of a pass are carried from pass to pass, as products of gate and input.
import { groupsFor } from '../kernel.ts';
import carry from '../lib/causal-carry.wgsl?raw';
import causalColumns from '../lib/causal-columns.wgsl?raw';
import causalConvolution from '../lib/causal-convolution.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import column from './column.wgsl?raw';
import mix from './mix.wgsl?raw';

const rowsShape = 'f32 [num_tokens, 3 hidden_size]: input gate, output gate, input';
const carriedShape = 'f32 [length - 1, hidden_size]: oldest first';

export const shortConvolutionMix = defineOperation({
  name: 'short-convolution/mix',
  bindings: {
    x: read('vec4f', rowsShape),
    w: read('f32', 'f32 [hidden_size, length]: the newest last'),
    carried: read('vec4f', carriedShape),
    y: write('vec4f', 'f32 [num_tokens, hidden_size]'),
  },
  uniforms: { num_tokens: 'u32', hidden_size: 'u32', length: 'u32' },
  flops: (u) => (3 * u.length + 1) * u.num_tokens * u.hidden_size,
  bodies: {
    plain: {
      source: mix,
      library: [column, causalColumns, causalConvolution],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { hidden_size: { multipleOf: 4 }, length: { min: 2 } },
      grid: (u, o) => [groupsFor(u.hidden_size, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});

export const shortConvolutionCarry = defineOperation({
  name: 'short-convolution/carry',
  bindings: {
    x: read('vec4f', rowsShape),
    carried: write('vec4f', carriedShape),
  },
  uniforms: { num_tokens: 'u32', hidden_size: 'u32', length: 'u32' },
  flops: (u) => u.length * u.hidden_size,
  bodies: {
    plain: {
      source: carry,
      library: [column, causalColumns],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { hidden_size: { multipleOf: 4 }, length: { min: 2 } },
      grid: (u, o) => [groupsFor(u.hidden_size, 4 * o.WORKGROUP_SIZE), 1, 1],
    },
  },
});
