// The rules of the shapes: no variant does a size that the plain body does not, and every size that load accepts has a variant.
import { describe, expect, test } from 'vitest';
import { allKernels, allOperations } from './all.ts';
import { brokenRule, describeRule, type KernelFeature } from './kernel.ts';
import { weightCases } from './lib/weights.ref.ts';
import {
  flashOutputVariants,
  flashReceivedVariants,
  matmulVariants,
  matvecVariants,
  scoresVariants,
  splitVariants,
  valuesVariants,
  variantsOf,
  type KernelVariant,
} from './variants.ts';

const everything: readonly KernelFeature[] = [
  'shader-f16',
  'subgroups',
  'packed_4x8_integer_dot_product',
  'workgroup-memory-32',
  'workgroup-memory-48',
  'subgroup-matrix-f16-16x16x16',
];
const devices = [[], ['subgroups'], everything].flatMap((features) =>
  [4, 8, 32, 64, 128].map((subgroupSize) => ({ features: features as KernelFeature[], subgroupSize })),
);

const names = (variants: readonly KernelVariant<{ readonly name: string }>[]) =>
  variants.map(({ spec }) => spec.name);

test('the rules of a kernel, and how they are told', () => {
  const shapes = { head_dim: { multipleOf: 8, max: 64 } };
  expect(brokenRule({ shapes }, { head_dim: 64, other: 3 })).toBeUndefined();
  expect(brokenRule({ shapes }, {})).toBeUndefined();
  expect(brokenRule({ shapes }, { head_dim: 20 })).toMatchObject({ name: 'head_dim', value: 20 });
  expect(brokenRule({ shapes }, { head_dim: 72 })).toMatchObject({ value: 72 });
  expect(brokenRule({ shapes: { HEADS: { min: 1 } } }, { HEADS: 0 })).toBeDefined();
  expect(describeRule(shapes.head_dim)).toBe('a multiple of 8, at most 64');
});

test('rules are of uniforms and overrides that the kernel has', () => {
  for (const { name, shapes, uniforms, overrides } of allKernels) {
    const known = [...uniforms.map((uniform) => uniform.name), ...Object.keys(overrides)];
    expect(known, name).toEqual(expect.arrayContaining(Object.keys(shapes)));
  }
});

describe.each(devices)('subgroups of $subgroupSize, $features', (device) => {
  test('heads: a variant for every multiple of 8, the plain body last', () => {
    for (let headDim = 8; headDim <= 256; headDim += 8) {
      expect(names(scoresVariants(device, headDim)).at(-1)).toBe('attention/scores');
      expect(names(valuesVariants(device, headDim)).at(-1)).toBe('attention/values');
      const splits = names(splitVariants(device, headDim, 3));
      expect(splits.slice(-2)).toEqual(['decode-attention/split', 'decode-attention/split-workgroup']);
      // The body with the fewest registers for such heads, and those in f16 of the same length.
      const hasF16 = device.features.includes('shader-f16');
      const length = [64, 128, 256].find((longest) => headDim <= longest) ?? NaN;
      const outputs = names(flashOutputVariants(device, headDim));
      expect(outputs[0]).toBe(`flash-attention/output-d${length}`);
      for (const name of outputs) expect(name).toContain(`output-d${length}`);
      expect(outputs.length > 1).toBe(hasF16);
      const [received = '', ...others] = names(flashReceivedVariants(device, headDim));
      expect(received).toMatch(/-d\d+$/);
      for (const name of others) expect(name).toContain(`received-d${length}-`);
      expect(others.length > 0).toBe(hasF16);
    }
  });

  test('heads that no body of one dispatch holds have stages', () => {
    expect(flashOutputVariants(device, 512)).toEqual([]);
    expect(scoresVariants(device, 512)).not.toEqual([]);
  });

  test.each(weightCases)('products: every width that a matrix can have, $format $groupSize', (weights) => {
    const step = Math.max(8, weights.groupSize);
    for (let cols = step; cols <= 4 * step; cols += step) {
      const layout = { ...weights, rows: 8, cols };
      expect(names(matmulVariants(device, layout))[0]).toBe('matmul/plain');
      expect(names(matvecVariants(device, layout))[0]).toBe('matvec/plain');
    }
  });

  test('nothing that the plain body cannot do', () => {
    const layout = { format: 'f32', groupSize: 1, rows: 8 } as const;
    for (let size = 1; size <= 64; size++) {
      if (size % 8 !== 0) {
        expect(matmulVariants(device, { ...layout, cols: size })).toEqual([]);
        expect(matvecVariants(device, { ...layout, cols: size })).toEqual([]);
        expect(splitVariants(device, size, 1)).toEqual([]);
      }
      if (size % 4 !== 0) {
        expect(scoresVariants(device, size)).toEqual([]);
        expect(valuesVariants(device, size)).toEqual([]);
      }
    }
  });

  test('decode in quads is for narrow subgroups and short heads', () => {
    const isInQuads = (headDim: number) => names(splitVariants(device, headDim, 2))[0]?.endsWith('-quad');
    const isSoftware = device.features.includes('subgroups') && device.subgroupSize === 4;
    expect(isInQuads(64)).toBe(isSoftware);
    expect(isInQuads(72)).toBe(false);
  });
});

test.each(allOperations)('$name: each of its bodies suits some device', (operation) => {
  const found = devices.flatMap((device) =>
    variantsOf(operation, device, {}, { WEIGHT_FORMAT: 3, GROUP_SIZE: 32 }),
  );
  expect([...new Set(names(found))].sort()).toEqual(names(variantsIn(operation)).sort());
});

test.each(allOperations)('$name: its plain body suits every device', (operation) => {
  const { plain } = operation.bodies;
  if (plain === undefined) return;
  for (const device of devices) expect(names(variantsOf(operation, device, {}))).toContain(plain.name);
});

const variantsIn = ({ bodies }: (typeof allOperations)[number]) =>
  Object.values(bodies).map((spec) => ({ spec, overrides: {} }));
