// The kernels that say what a device can do: multiply-adds alone, and memory alone. Shares are measured against them.
import { defineKernel } from '@longread/shaders';
import copySource from './copy.wgsl?raw';
import twelveSource from './multiply-add-12.wgsl?raw';
import multiplyAddSource from './multiply-add.wgsl?raw';

export const multiplyAdd = defineKernel({
  name: 'multiply-add',
  source: multiplyAddSource,
  bindings: [{ name: 'y', access: 'read_write', shape: 'vec4f [invocations]' }],
  uniforms: [
    { name: 'groups', type: 'u32' },
    { name: 'iterations', type: 'u32' },
    { name: 'factor', type: 'f32' },
    { name: 'addend', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: 64 },
  shapes: {},
  grid: (u) => [u.groups, 1, 1],
  flops: (u) => 2 * 32 * 64 * u.groups * u.iterations,
});

/** The same with twelve scalar accumulators, 1,024 steps an iteration. */
export const multiplyAdd12 = defineKernel({
  ...multiplyAdd,
  name: 'multiply-add-12',
  source: twelveSource,
  bindings: [{ name: 'y', access: 'read_write', shape: 'f32 [invocations]' }],
  flops: (u) => 2 * 12 * 1024 * 64 * u.groups * u.iterations,
});

export const copy = defineKernel({
  name: 'copy',
  source: copySource,
  bindings: [
    { name: 'x', access: 'read', shape: 'vec4f [count]' },
    { name: 'y', access: 'read_write', shape: 'vec4f [count]' },
  ],
  uniforms: [
    { name: 'count', type: 'u32' },
    { name: 'groups', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 64 },
  shapes: {},
  grid: (u) => [u.groups, 1, 1],
  flops: (u) => u.count,
});
