// What generation leaves to chance: that every module parses, that a body uses what its operation declares and declares nothing itself,
// and that folders, files and names go together.
import { describe, expect, test } from 'vitest';
import type { WgslReflect } from 'wgsl_reflect';
// wgsl_reflect 1.6.0 calls its CommonJS main file a module, so Node cannot import it by the package's name.
// @ts-expect-error its ES module has no types beside it
import { WgslReflect as UntypedWgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { allKernels, allOperations } from './all.ts';
import { workgroupMemories, type KernelSpec } from './kernel.ts';
import * as operations from './operations.ts';
import { onArrays } from './testing/on-arrays.ts';

const Reflect = UntypedWgslReflect as typeof WgslReflect;

const wgsl = import.meta.glob<string>('./*/*.wgsl', { query: '?raw', import: 'default', eager: true });
const scripts = Object.keys(import.meta.glob('./*/*.ts'));

const folderOf = (name: string) => name.split('/')[0] ?? '';
const folders = new Set(allOperations.map(({ name }) => folderOf(name)));

/** A body's and a library's text: comments are no use of anything. */
const codeOf = (text: string) => text.replace(/\/\/.*$/gm, '');

describe('folders', () => {
  test.each([...folders])('%s has a specification, twins, cases and a suite', (folder) => {
    const own = scripts.filter((path) => path.startsWith(`./${folder}/`));
    const named = ['.ts', '.ref.ts', '.cases.ts'].map((end) => `./${folder}/${folder}${end}`);
    expect(own).toEqual(expect.arrayContaining(named));
    expect(own.some((path) => path.endsWith('.gpu.test.ts'))).toBe(true);
  });

  test('operations are exported under their names', () => {
    const camelCase = (name: string) => name.replace(/[-/](.)/g, (_, letter: string) => letter.toUpperCase());
    expect(Object.keys(operations).sort()).toEqual(allOperations.map(({ name }) => camelCase(name)).sort());
  });

  test.each(allOperations)('$name has a plain body, or fuses operations that have', ({ bodies, fuses }) => {
    if (fuses === undefined) {
      expect(bodies.plain).toBeDefined();
      expect(bodies.plain?.features).toEqual([]);
      return;
    }
    const plain = allOperations.filter((other) => other.bodies.plain).map(({ name }) => name);
    expect(plain).toEqual(expect.arrayContaining([...fuses]));
  });
});

describe.each(Object.entries(wgsl))('%s', (path, text) => {
  const [, folder = '', file = ''] = path.split('/');

  test('is short and says what it is', () => {
    expect(text.split('\n').length).toBeLessThan(150);
    expect(text.startsWith(`// ${folder}/${file.replace('.wgsl', '')}: `)).toBe(true);
  });

  test('declares nothing that is generated', () => {
    expect(codeOf(text)).not.toMatch(/^\s*(enable|requires|override|@group|@binding)\b|\bstruct Params\b/m);
  });

  test('is used: of lib by several operations, of a folder by its own, which operations.ts lists', () => {
    const users = new Set(
      allKernels.filter(({ source }) => source.includes(text)).map(({ name }) => folderOf(name)),
    );
    if (folder === 'lib') {
      expect(users.size).toBeGreaterThan(1);
      expect([...folders].some((name) => file.startsWith(name))).toBe(false);
    } else expect([...users]).toEqual([folder]);
  });
});

describe.each(allKernels)('$name', (kernel) => {
  const needsMatrices = /\bsubgroupMatrix\w*/.test(codeOf(kernel.source));
  // wgsl_reflect knows no subgroup matrices.
  const reflected = new Reflect((needsMatrices ? onArrays(kernel) : kernel).source);
  const code = codeOf(kernel.source);

  test('one entry point, its workgroup size an override', () => {
    expect(reflected.entry.compute.map((entry) => entry.name)).toEqual(['main']);
    const attributes = reflected.entry.compute[0]?.attributes ?? [];
    const size = attributes.find((attribute) => attribute.name === 'workgroup_size')?.value;
    expect(new Set([size ?? []].flat())).toEqual(new Set(['WORKGROUP_SIZE']));
  });

  test('the module parses into what was declared, and all of it is used', () => {
    const storage = reflected.storage.map(({ name, binding, access }) => ({ name, binding, access }));
    const declared = kernel.bindings.map(({ name, access }, i) => ({ name, binding: i + 1, access }));
    expect(storage).toEqual(declared);
    expect(storage.length).toBeLessThanOrEqual(8);
    const used = reflected.entry.compute[0]?.resources.map(({ name }) => name) ?? [];
    expect(used.sort()).toEqual(['params', ...kernel.bindings.map(({ name }) => name)].sort());
    for (const name of Object.keys(kernel.overrides))
      expect(code.match(new RegExp(`\\b${name}\\b`, 'g'))?.length, name).toBeGreaterThan(1);
  });

  test('every uniform is read, by the module or by the grid', () => {
    const members = reflected.uniforms[0]?.members ?? [];
    expect(members.map(({ name, type, offset }) => ({ name, type: type.name, offset }))).toEqual(
      kernel.uniforms.map(({ name, type }, i) => ({ name, type, offset: 4 * i })),
    );
    const byGrid = readByGrid(kernel);
    const unread = kernel.uniforms.filter(
      ({ name }) => !byGrid.has(name) && !new RegExp(`\\bparams\\.${name}\\b`).test(code),
    );
    expect(unread).toEqual([]);
  });

  test('the features that it declares are those it needs', () => {
    const needsSubgroups = /\b(subgroup(?!_?matrix)|quadSwap|quadBroadcast)\w*/i.test(
      code.replace(/^enable subgroups;$/m, ''),
    );
    const needsDotProducts = /\b(dot4[IU]8Packed|pack4x[IU]8\w*)\b/.test(code);
    const needsF16 = /\b(f16|vec[234]h|mat\dx\dh)\b/.test(code.replace(/^enable f16;$/m, ''));
    const ofTheCode = kernel.features?.filter((feature) => !(feature in workgroupMemories));
    expect(ofTheCode).toEqual([
      ...(needsF16 ? ['shader-f16'] : []),
      ...(needsSubgroups ? ['subgroups'] : []),
      ...(needsDotProducts ? ['packed_4x8_integer_dot_product'] : []),
      ...(needsMatrices ? ['subgroup-matrix-f16-16x16x16'] : []),
    ]);
    // Both in one module crashed a driver of NVIDIA's (kvark/blade#333).
    expect(needsMatrices && needsSubgroups).toBe(false);
  });
});

/** Uniforms that the grid of a kernel depends on. */
function readByGrid(kernel: KernelSpec): ReadonlySet<string> {
  const names = new Set<string>();
  const uniforms = new Proxy<Record<string, number>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return 1;
      },
    },
  );
  kernel.grid(uniforms, kernel.overrides);
  return names;
}
