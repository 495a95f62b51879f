import { describe, expect, test } from 'vitest';
import { subgroupMatricesOf } from './subgroup-matrices.ts';

const feature = 'chromium-experimental-subgroup-matrix';
const wanted = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 };

function adapter({
  features = [feature, 'shader-f16'],
  sizes = [32, 32],
  configs = [wanted],
}: {
  readonly features?: readonly string[];
  readonly sizes?: readonly [number?, number?];
  readonly configs?: unknown;
}): Pick<GPUAdapter, 'features' | 'info'> {
  const [subgroupMinSize, subgroupMaxSize] = sizes;
  const info = { subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs: configs };
  return { features: new Set(features), info: info as unknown as GPUAdapterInfo };
}

describe('subgroup matrices of an adapter', () => {
  test('are those of f16 that are summed in f32, among others', () => {
    const others = [
      { ...wanted, N: 8 },
      { ...wanted, componentType: 'i8', resultComponentType: 'i32', K: 32 },
    ];
    expect(subgroupMatricesOf(adapter({ configs: [...others, wanted] }))).toEqual([
      'subgroup-matrix-f16-16x16x16',
    ]);
    expect(subgroupMatricesOf(adapter({ configs: others }))).toEqual([]);
  });

  test('tell their values by getters, as an object of the API does', () => {
    const prototype: object = {};
    for (const [name, value] of Object.entries(wanted))
      Reflect.defineProperty(prototype, name, { get: () => value });
    const config: unknown = Object.create(prototype);
    expect(subgroupMatricesOf(adapter({ configs: [config] })).length).toBe(1);
  });

  test.each([
    { features: [feature] },
    { features: ['shader-f16'] },
    { sizes: [32, 64] },
    { sizes: [16, 32] },
    { sizes: [64, 64] },
    { sizes: [] },
    { configs: [] },
    { configs: null },
    { configs: { length: 1, 0: wanted } },
    { configs: [null, 'f16', 16] },
    { configs: [{ ...wanted, resultComponentType: 'f16' }] },
    { configs: [{ ...wanted, M: '16' }] },
  ] as const)('are none with %j', (traits) => {
    expect(subgroupMatricesOf(adapter(traits))).toEqual([]);
  });
});
