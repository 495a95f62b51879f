// Products by subgroup matrices where the device has them; and on every device with f16, with arrays in their place.
import { describe, expect, test } from 'vitest';
import { brokenRule } from '../kernel.ts';
import { weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { onArrays } from '../testing/on-arrays.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { gatedCase, matmulCase, offsetShape } from './matmul.cases.ts';
import { matmul, matmulGated } from './matmul.ts';

const gpu = useGpu();
const bodies = ['subgroup-matrix', 'subgroup-matrix-scalars', 'subgroup-matrix-128'] as const;

// Around tiles of 64 or 128 tokens by 128 outputs, matrices of 16 x 16 and turns of 16 or 32 columns.
const shapes = [
  { num_tokens: 1, in_features: 32, out_features: 4 },
  { num_tokens: 65, in_features: 96, out_features: 132 },
  { num_tokens: 63, in_features: 160, out_features: 260, first_token: 16 },
  offsetShape,
];

describe.each(bodies)('matmul/%s', (body) => {
  const kernel = matmul.bodies[body];
  describe.each(weightCases)('$format $groupSize', (weights) => {
    test.each(shapes)('%j', (shape) => gpu.compare(matmulCase(kernel, weights, shape)));
    test('adds to y', () => gpu.compare(matmulCase(kernel, weights, offsetShape, { accumulate: 1 })));
  });

  test.each([
    { num_tokens: 7, in_features: 8, out_features: 12 },
    { num_tokens: 64, in_features: 24, out_features: 128 },
    { num_tokens: 16, in_features: 40, out_features: 252 },
    { num_tokens: 129, in_features: 104, out_features: 126 },
    { num_tokens: 257, in_features: 72, out_features: 64 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
    { num_tokens: 192, in_features: 1056, out_features: 384 },
  ])('%j', (shape) => gpu.compare(matmulCase(kernel, { format: 'f16', groupSize: 1 }, shape)));

  test('inputs beyond the range of f16 are its largest values', async () => {
    const own = matmulCase(kernel, { format: 'int4', groupSize: 32 }, { ...offsetShape, num_tokens: 3 });
    const x = new Float32Array(11 * offsetShape.in_features).fill(1e6);
    const isOver = {
      ...own,
      buffers: (random: Parameters<typeof own.buffers>[0]) => ({ ...own.buffers(random), x }),
    };
    const twin: typeof own.twin = (buffers, ...sizes) =>
      own.twin({ ...buffers, x: new Float32Array(x.length).fill(65504) }, ...sizes);
    await gpu.compare({ ...isOver, twin });
  });
});

const gatedShapes = [
  { num_tokens: 1, first_token: 0, in_features: 32, out_features: 4 },
  { num_tokens: 65, first_token: 7, in_features: 96, out_features: 68 },
  { num_tokens: 33, first_token: 0, in_features: 64, out_features: 128 },
  { num_tokens: 64, first_token: 1, in_features: 1024, out_features: 180 },
] as const;

describe.each(bodies)('matmul/gated-%s', (body) => {
  describe.each([
    { format: 'int4', groupSize: 32, ACTIVATION: 0 },
    { format: 'int8', groupSize: 16, ACTIVATION: 1 },
    { format: 'f16', groupSize: 1, ACTIVATION: 0 },
  ] as const)('$format, activation $ACTIVATION', ({ ACTIVATION, ...weights }) => {
    const overrides = { ...weightOverrides(weights), ACTIVATION };
    test.each(gatedShapes)('%j', (shape) =>
      gpu.compare(gatedCase(matmulGated.bodies[body], overrides, shape)),
    );
  });
});

// A pipeline of these takes a software adapter ten seconds.
const int4 = { format: 'int4', groupSize: 32 } as const;
describe.each(bodies)('matmul/%s on arrays', (body) => {
  const kernel = onArrays(matmul.bodies[body]);
  test.each([{ num_tokens: 130, in_features: 96, out_features: 132 }, offsetShape])('%j', (shape) =>
    gpu.compare(matmulCase(kernel, int4, shape)),
  );
  test('adds to y', () => gpu.compare(matmulCase(kernel, int4, offsetShape, { accumulate: 1 })));
});

describe.each(['subgroup-matrix', 'subgroup-matrix-128'] as const)('matmul/gated-%s on arrays', (body) => {
  const kernel = onArrays(matmulGated.bodies[body]);
  const overrides = { ...weightOverrides(int4), ACTIVATION: 1 };
  test.each(gatedShapes.slice(0, 2))('%j', (shape) => gpu.compare(gatedCase(kernel, overrides, shape)));
});

test.each(bodies)('matmul/%s is for workgroups of one size', (body) => {
  const { overrides } = matmul.bodies[body];
  const allowed = [32, 64, 128, 256, 512].filter(
    (WORKGROUP_SIZE) => brokenRule(matmul.bodies[body], { WORKGROUP_SIZE }) === undefined,
  );
  expect(allowed).toEqual([overrides.WORKGROUP_SIZE]);
});
