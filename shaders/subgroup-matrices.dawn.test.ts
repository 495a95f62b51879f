// No adapter here has subgroup matrices, but Dawn's compiler knows them: it takes the modules of all kernels that use them. Its null backend
// computes nothing; where a device has such matrices, the kernels' cases show what they compute.
import { compileOnNull } from '@longread/dawn';
import { describe, expect, test } from 'vitest';
import { allKernels } from './all.ts';
import { workgroupMemories } from './kernel.ts';
import { weightOverrides } from './lib/weights.ts';

const kernels = allKernels.filter(({ features = [] }) => features.includes('subgroup-matrix-f16-16x16x16'));

/** More workgroup memory than every device has is more than the null backend has: a pipeline may be refused for that alone. */
const tooMuch = /workgroup storage \((\d+) bytes\) is larger than the maximum allowed \(16384 bytes\)/;

test('there are kernels of subgroup matrices', () => {
  expect(kernels.length).toBeGreaterThan(0);
});

describe.each(kernels)('$name', ({ source, overrides, features = [] }) => {
  const asked = features.map(
    (feature) => Object.entries(workgroupMemories).find(([name]) => name === feature)?.[1] ?? 16,
  );
  const memory = Math.max(16, ...asked); // KiB

  test('compiles without a word, for weights of every format', () => {
    const formats = ['f32', 'f16', 'int8', 'int4', 'int8-min'] as const;
    const all = formats.map(
      (format) => [source, { ...overrides, ...weightOverrides({ format, groupSize: 32 }) }] as const,
    );
    for (const said of compileOnNull(all)) {
      expect(said.length).toBe(memory > 16 ? 1 : 0);
      for (const message of said) {
        const bytes = Number(tooMuch.exec(message)?.[1]);
        expect(bytes, message).toBeLessThanOrEqual(1024 * memory);
        expect(bytes).toBeGreaterThan(16 * 1024);
      }
    }
  });

  test.each([
    ['a stride too few', /, step\);/, ');', /subgroupMatrixLoad/],
    ['matrices of two sizes', /left<f16, 16, 16>/, 'left<f16, 8, 16>', /subgroupMatrixMultiplyAccumulate/],
    ['no directive', /enable chromium.*;/, '', /chromium_experimental_subgroup_matrix/],
    ['a product in one lane alone', /a0 = subgroup/, 'if (lane == 0u) { return; } a0 = subgroup', /uniform/],
  ])('does not with %s', (_, right, wrong, message) => {
    const [said] = compileOnNull([[source.replace(right, wrong), overrides]]);
    expect(said?.join('\n')).toMatch(message);
  });
});
