// What an operation and a body become: names, defaults, and the text of the module.
import { expect, test } from 'vitest';
import type { Grid } from './kernel.ts';
import { defineOperation, read, write } from './operation.ts';

const scale = defineOperation({
  name: 'scale',
  bindings: { x: read('vec4f', 'f32 [size]'), y: write('vec4f', 'f32 [size]') },
  uniforms: { size: 'u32', factor: 'f32' },
  overrides: { WORKGROUP_SIZE: 64 },
  flops: (u) => u.size,
  bodies: {
    plain: {
      source: 'fn main() {}\n',
      overrides: {},
      shapes: { size: { multipleOf: 4 } },
      grid: (u, o) => [u.size / 4 / o.WORKGROUP_SIZE, 1, 1],
    },
    half: {
      source: 'fn main() {}\n',
      library: ['fn help() {}\n'],
      features: ['shader-f16', 'subgroups'],
      overrides: { WORKGROUP_SIZE: 32, LANES: 4 },
      elements: { x: 'vec4h' },
      grid: (u, o) => [u.size, o.LANES, 1],
      suits: ({ subgroupSize }) => (subgroupSize > 4 ? { LANES: subgroupSize } : undefined),
    },
  },
});

test('a module begins with what the declaration says', () => {
  expect(scale.bodies.half.source).toBe(`enable f16;
enable subgroups;
override WORKGROUP_SIZE: u32 = 32u;
override LANES: u32 = 4u;
struct Params {
  size: u32,
  factor: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4h>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn help() {}

fn main() {}
`);
  expect(scale.bodies.plain.source).toContain('@binding(1) var<storage, read> x: array<vec4f>;');
});

test('a kernel is its operation and its body', () => {
  const { plain, half } = scale.bodies;
  expect(plain).toMatchObject({
    name: 'scale/plain',
    features: [],
    overrides: { WORKGROUP_SIZE: 64 },
    shapes: { size: { multipleOf: 4 } },
    uniforms: [
      { name: 'size', type: 'u32' },
      { name: 'factor', type: 'f32' },
    ],
  });
  expect(half).toMatchObject({
    name: 'scale/half',
    overrides: { WORKGROUP_SIZE: 32, LANES: 4 },
    shapes: {},
    bindings: [
      { name: 'x', access: 'read', shape: 'f32 [size]' },
      { name: 'y', access: 'read_write', shape: 'f32 [size]' },
    ],
  });
  expect(plain.flops({ size: 8, factor: 2 })).toBe(8);
  expect(half.grid({ size: 8, factor: 2 }, half.overrides)).toEqual([8, 4, 1]);
  expect(half.suits?.({ features: [], subgroupSize: 4 }, {})).toBeUndefined();
});

test("a stage's plain body goes by the stage's name", () => {
  const body = { source: '', overrides: {}, grid: (): Grid => [1, 1, 1] };
  const { bodies } = defineOperation({
    name: 'attention/scores',
    bindings: {},
    uniforms: {},
    flops: () => 0,
    bodies: { quad: body, plain: body },
  });
  expect(Object.values(bodies).map(({ name }) => name)).toEqual([
    'attention/scores-quad',
    'attention/scores',
  ]);
});
