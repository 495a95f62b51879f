import { describe, test } from 'vitest';
import { randomWeights, weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { fusedCase, matvecCase } from './matvec.cases.ts';
import { matvecGatedTwin } from './matvec.ref.ts';
import { matvec, matvecFused, matvecGated } from './matvec.ts';

const gpu = useGpu();
const { plain, quad, rows, subgroup } = matvec.bodies;

describe.each(weightCases)('matvec/plain $format, groups of $groupSize', (weights) => {
  test.each([
    { in_features: 32, out_features: 1 },
    { in_features: 96, out_features: 67 },
    { in_features: 64, out_features: 32, weight_row: 5, out_offset: 3 },
  ])('%j', (shape) => gpu.compare(matvecCase(plain, weights, shape)));
});

describe('matvec/plain shapes', () => {
  const f32 = { format: 'f32', groupSize: 1 } as const;
  test.each([
    { in_features: 8, out_features: 63 },
    { in_features: 16, out_features: 64 },
    { in_features: 1016, out_features: 65 },
    { in_features: 8, out_features: 257 },
  ])('%j', (shape) => gpu.compare(matvecCase(plain, f32, shape)));
  const int4 = { format: 'int4', groupSize: 32 } as const;
  const options = { accumulate: 1 as const, WORKGROUP_SIZE: 7 };
  test('accumulate, workgroup size 7', () =>
    gpu.compare(matvecCase(plain, int4, { in_features: 64, out_features: 50, out_offset: 2 }, options)));
  test('grid folded over y', () =>
    gpu.compare(
      matvecCase({ ...plain, grid: () => [4, 3, 1] }, int4, { in_features: 32, out_features: 230 }, options),
    ));
});

// The bodies that split a row over lanes.
for (const kernel of [rows, subgroup]) {
  describe.each([
    { format: 'int4', groupSize: 32 },
    { format: 'int8', groupSize: 16 },
  ] as const)(`${kernel.name} $format, groups of $groupSize`, (weights) => {
    test.each([
      { in_features: 32, out_features: 1 },
      { in_features: 288, out_features: 67 },
      { in_features: 64, out_features: 32, weight_row: 5, out_offset: 3 },
    ])('%j', (shape) => gpu.compare(matvecCase(kernel, weights, shape)));
  });

  describe(`${kernel.name} shapes`, () => {
    const f32 = { format: 'f32', groupSize: 1 } as const;
    test.each([
      { in_features: 8, out_features: 63 },
      { in_features: 248, out_features: 5 },
      { in_features: 256, out_features: 4 },
      { in_features: 1016, out_features: 65 },
    ])('%j', (shape) => gpu.compare(matvecCase(kernel, f32, shape)));
    const int4 = { format: 'int4', groupSize: 32 } as const;
    const options = { accumulate: 1, WORKGROUP_SIZE: 4 } as const;
    test('accumulate, four lanes', () =>
      gpu.compare(matvecCase(kernel, int4, { in_features: 64, out_features: 50, out_offset: 2 }, options)));
    test('grid folded over y', () =>
      gpu.compare(
        matvecCase(
          { ...kernel, grid: () => [20, 3, 1] },
          int4,
          { in_features: 32, out_features: 230 },
          options,
        ),
      ));
  });
}

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int4', groupSize: 16 },
  { format: 'int8', groupSize: 32 },
  { format: 'int8', groupSize: 16 },
  { format: 'int8-min', groupSize: 32 },
] as const)('matvec/quad $format, groups of $groupSize', (weights) => {
  test.each([
    { in_features: 32, out_features: 1 },
    { in_features: 288, out_features: 67 },
    { in_features: 64, out_features: 64, weight_row: 5, out_offset: 3 },
    { in_features: 1024, out_features: 65 },
  ])('%j', (shape) => gpu.compare(matvecCase(quad, weights, shape)));
});

describe('matvec/quad shapes', () => {
  const int4 = { format: 'int4', groupSize: 32 } as const;
  const options = { accumulate: 1, WORKGROUP_SIZE: 4 } as const;
  test('accumulate, workgroup size 4', () =>
    gpu.compare(matvecCase(quad, int4, { in_features: 64, out_features: 50, out_offset: 2 }, options)));
  test('grid folded over y', () =>
    gpu.compare(
      matvecCase({ ...quad, grid: () => [5, 3, 1] }, int4, { in_features: 32, out_features: 230 }, options),
    ));
});

describe.each([
  { format: 'int4', groupSize: 32, WORKGROUP_SIZE: 16, ACTIVATION: 0 },
  { format: 'int8', groupSize: 16, WORKGROUP_SIZE: 4, ACTIVATION: 1 },
] as const)(
  'matvec/gated-quad $format, workgroup size $WORKGROUP_SIZE, activation $ACTIVATION',
  ({ WORKGROUP_SIZE, ACTIVATION, ...weights }) => {
    test.each([
      { in_features: 32, out_features: 1 },
      { in_features: 96, out_features: 31 },
      { in_features: 576, out_features: 32 },
      { in_features: 64, out_features: 33 },
    ])('%j', (shape) =>
      gpu.compare({
        kernel: matvecGated.bodies.quad,
        twin: matvecGatedTwin,
        overrides: { ...weightOverrides(weights), WORKGROUP_SIZE, ACTIVATION },
        uniforms: shape,
        buffers: (random) => ({
          ...randomWeights(random, { ...weights, rows: 2 * shape.out_features + 1, cols: shape.in_features }),
          x: random.f32(shape.in_features),
          y: poisonF32(shape.out_features),
        }),
        tolerance: 'reduction-f32',
      }),
    );
  },
);

const bothForms = { NORMED: 1, GATED: 1, ACTIVATION: 0 };

// Few, as a shader compiler of a processor takes seconds for each.
describe.each([matvecFused.bodies.subgroup, matvecFused.bodies.rows])('$name', (kernel) => {
  test.each(weightCases)('$format, groups of $groupSize', (weights) => {
    const overrides = { ...weightOverrides(weights), ...bothForms };
    const shape = { in_features: 288, out_features: 67, out_offset: 0 };
    return gpu.compare({ ...fusedCase(kernel, overrides, shape), overrides });
  });

  const f32 = weightOverrides({ format: 'f32', groupSize: 1 });
  test.each([
    { NORMED: 1, GATED: 0, ACTIVATION: 0 },
    { NORMED: 0, GATED: 1, ACTIVATION: 1 },
  ])('%j', (form) => {
    const overrides = { ...f32, ...form };
    const shape = { in_features: 32, out_features: 5, out_offset: 7 };
    return gpu.compare({ ...fusedCase(kernel, overrides, shape), overrides });
  });

  test.each([
    { in_features: 8, out_features: 1, out_offset: 0, WORKGROUP_SIZE: 4 },
    { in_features: 1016, out_features: 64, out_offset: 0, WORKGROUP_SIZE: 64 },
    { in_features: 576, out_features: 33, out_offset: 2, WORKGROUP_SIZE: 128 },
  ])('%j', ({ WORKGROUP_SIZE, ...shape }) => {
    const overrides = { ...f32, ...bothForms, WORKGROUP_SIZE };
    return gpu.compare({ ...fusedCase(kernel, overrides, shape), overrides });
  });

  test('grid folded over y', () => {
    const folded = { ...kernel, grid: () => [20, 3, 1] as const };
    const shape = { in_features: 32, out_features: 230, out_offset: 1 };
    const overrides = { ...f32, ...bothForms };
    return gpu.compare({ ...fusedCase(folded, overrides, shape), overrides });
  });
});
