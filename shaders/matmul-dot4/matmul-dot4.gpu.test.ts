import { nmse, tolerances } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { randomWeights } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { matmulTwin } from '../matmul/matmul.ref.ts';
import { quantizeInputsTwin } from '../quantize-inputs/quantize-inputs.ref.ts';
import { quantizeInputs } from '../quantize-inputs/quantize-inputs.ts';
import { poisonU32, Random } from '../testing/data.ts';
import { matmulCase, offsetShape } from '../testing/matmul-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulDot4Twin } from './matmul-dot4.ref.ts';
import { matmulDot4 } from './matmul-dot4.ts';

const gpu = useGpu();

type MatmulCase = ReturnType<typeof matmulCase>;

/** The case of the other variants, with its inputs packed. */
function dot4Case(...args: Parameters<typeof matmulCase> extends [unknown, ...infer Rest] ? Rest : never) {
  const f32 = matmulCase(matmulDot4, ...args);
  return {
    ...f32,
    twin: (...[buffers, u, o]: Parameters<MatmulCase['twin']>) =>
      matmulDot4Twin(buffers, u, { ...o, WORKGROUP_SIZE: 0 }),
    buffers: (random: Random) => {
      const buffers = f32.buffers(random);
      const packed = poisonU32((10 * buffers.x.length) / 32);
      const { in_features } = f32.uniforms;
      const uniforms = { first_token: 0, num_tokens: buffers.x.length / in_features, in_features };
      quantizeInputsTwin({ x: buffers.x, packed }, uniforms, quantizeInputs.overrides);
      return { ...buffers, x: packed };
    },
  };
}

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int4', groupSize: 16, overrides: { WORKGROUP_SIZE: 5 } },
  { format: 'int8', groupSize: 16 },
] as const)('matmul-dot4 %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 17, in_features: 96, out_features: 36 },
    { num_tokens: 33, in_features: 160, out_features: 260 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(dot4Case({ format, groupSize }, shape, options)));
  test('adds to y', () =>
    gpu.compare(dot4Case({ format, groupSize }, offsetShape, { ...options, accumulate: 1 })));
});

test('int8 inputs cost what their tolerance class says, on the layer shapes of a 135M model', async () => {
  for (const [in_features, out_features] of [
    [576, 960],
    [1536, 576],
  ] as const) {
    const random = new Random(1);
    const weights = { format: 'int4', groupSize: 32, rows: out_features, cols: in_features } as const;
    const shape = { first_token: 0, num_tokens: 4, in_features };
    const data = {
      ...randomWeights(random, weights),
      x: random.f32(shape.num_tokens * in_features),
      packed: poisonU32((shape.num_tokens * in_features * 10) / 32),
      y: new Float32Array(shape.num_tokens * out_features),
    };
    const uniforms = {
      ...shape,
      out_features,
      weight_row: 0,
      out_offset: 0,
      out_stride: out_features,
      accumulate: 0,
    };
    const overrides = weightOverrides(weights);
    const { y } = await gpu.use(data, async (dispatch, { x, packed, quants, scales, y: output }) => {
      await dispatch(quantizeInputs, { x, packed }, shape);
      await dispatch(matmulDot4, { quants, scales, x: packed, y: output }, uniforms, overrides);
    });
    const want = data.y.slice();
    matmulTwin({ ...data, y: want }, uniforms, { ...overrides, WORKGROUP_SIZE: 0 });
    expect(nmse(y, want)).toBeLessThan(tolerances['int8-activations'].limit);
    expect(nmse(y, want)).toBeGreaterThan(0);
  }
});
