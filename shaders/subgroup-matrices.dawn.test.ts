// No adapter here has subgroup matrices, but Dawn's compiler knows them: it takes the modules of all kernels that use them. Its null backend
// computes nothing; where a device has such matrices, the kernels' cases show what they compute.
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { dawnFiles } from '@longread/dawn';
import { describe, expect, test } from 'vitest';
import { allKernels } from './all.ts';
import { workgroupMemories } from './kernel.ts';
import { weightOverrides } from './lib/weights.ts';

const kernels = allKernels.filter(({ features = [] }) => features.includes('subgroup-matrix-f16-16x16x16'));
const compiler = fileURLToPath(new URL('testing/null-compiler.mjs', import.meta.url));
const dawn = pathToFileURL(join(dawnFiles().folder, 'index.js')).href;

/** More workgroup memory than every device has is more than the null backend has: a pipeline may be refused for that alone. */
const tooMuch = /workgroup storage \(\d+ bytes\) is larger than the maximum allowed \(16384 bytes\)/;

/** What Dawn says of a module with each of the overrides. */
function compile(code: string, overrides: readonly Readonly<Record<string, number>>[]): string[][] {
  const input = JSON.stringify(overrides.map((constants) => [code, constants]));
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, dawn], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The compiler ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as string[][];
}

test('there are kernels of subgroup matrices', () => {
  expect(kernels.length).toBeGreaterThan(0);
});

describe.each(kernels)('$name', ({ source, overrides, features = [] }) => {
  const takesMore = features.some((feature) => feature in workgroupMemories);

  test('compiles without a word, for weights of every format', () => {
    const formats = ['f32', 'f16', 'int8', 'int4', 'int8-min'] as const;
    const all = formats.map((format) => ({ ...overrides, ...weightOverrides({ format, groupSize: 32 }) }));
    for (const said of compile(source, all)) {
      if (takesMore) expect(said).toEqual([expect.stringMatching(tooMuch)]);
      else expect(said).toEqual([]);
    }
  });

  test.each([
    ['a stride too few', /, step\);/, ');', /subgroupMatrixLoad/],
    ['matrices of two sizes', /left<f16, 16, 16>/, 'left<f16, 8, 16>', /subgroupMatrixMultiplyAccumulate/],
    ['no directive', /enable chromium.*;/, '', /chromium_experimental_subgroup_matrix/],
    ['a product in one lane alone', /a0 = subgroup/, 'if (lane == 0u) { return; } a0 = subgroup', /uniform/],
  ])('does not with %s', (_, right, wrong, message) => {
    const [said] = compile(source.replace(right, wrong), [overrides]);
    expect(said?.join('\n')).toMatch(message);
  });
});
