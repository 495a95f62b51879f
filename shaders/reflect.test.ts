// Every kernel's WGSL and its KernelSpec say the same: bindings, uniform struct, overrides, workgroup size, header.
import { describe, expect, test } from 'vitest';
import type { WgslReflect } from 'wgsl_reflect';
// wgsl_reflect 1.6.0 calls its CommonJS main file a module, so Node cannot import it by the package's name.
// @ts-expect-error its ES module has no types beside it
import { WgslReflect as UntypedWgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { allKernels } from './all.ts';
import * as shaders from './index.ts';
import type { KernelSpec } from './kernel.ts';

const Reflect = UntypedWgslReflect as typeof WgslReflect;

const files = import.meta.glob<string>('./*/*.wgsl', { query: '?raw', import: 'default', eager: true });

/** Folder and file name of a kernel; undefined for a shared file. */
function kernelName(path: string): string | undefined {
  const [, folder, file] = path.split('/');
  return folder === 'lib' ? undefined : `${folder}/${file}`;
}

/** Folder of a kernel: its own, or that of the kernel it is a variant of. */
function folderOf({ name, variantOf }: KernelSpec): string {
  return variantOf ?? name;
}

test('each folder is one kernel and its variants, exported under their names', () => {
  const inFolders = Object.keys(files).flatMap((path) => kernelName(path) ?? []);
  const folders = new Set(allKernels.map(folderOf));
  expect([...folders].map((name) => `${name}/${name}.wgsl`).sort()).toEqual(inFolders.sort());
  const exportNames = Object.entries<unknown>(shaders).flatMap(([key, value]) =>
    allKernels.some((kernel) => kernel === value) ? [key] : [],
  );
  const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  expect(exportNames.sort()).toEqual(allKernels.map(({ name }) => camelCase(name)).sort());
});

describe.each(allKernels.map((kernel) => [kernel.name, kernel] as const))('%s', (_, kernel) => {
  const folder = folderOf(kernel);
  const reflected = new Reflect(kernel.source);

  test('bindings', () => {
    const storage = reflected.storage.map((variable) => ({
      name: variable.name,
      group: variable.group,
      binding: variable.binding,
      access: variable.access,
    }));
    const declared = kernel.bindings.map((binding, i) => ({
      name: binding.name,
      group: 0,
      binding: i + 1,
      access: binding.access,
    }));
    expect(storage.sort((a, b) => a.binding - b.binding)).toEqual(declared);
    expect(storage.length).toBeLessThanOrEqual(8);
  });

  test('uniforms', () => {
    expect(reflected.uniforms.map((variable) => [variable.name, variable.group, variable.binding])).toEqual([
      ['params', 0, 0],
    ]);
    const members = reflected.uniforms[0]?.members ?? [];
    expect(
      members.map((member) => ({ name: member.name, type: member.type.name, offset: member.offset })),
    ).toEqual(
      kernel.uniforms.map((uniform, i) => ({ name: uniform.name, type: uniform.type, offset: 4 * i })),
    );
  });

  test('overrides', () => {
    // The reflection does not tell defaults.
    const defaults = kernel.source.matchAll(/^override (\w+): u32 = (\d+)u;$/gm);
    expect(Object.fromEntries([...defaults].map(([, key, value]) => [key, Number(value)]))).toEqual(
      kernel.overrides,
    );
    expect(reflected.overrides.map((override) => override.name)).toEqual(Object.keys(kernel.overrides));
  });

  test('one entry point, its workgroup size an override', () => {
    expect(reflected.entry.compute.map((entry) => entry.name)).toEqual(['main']);
    const attributes = reflected.entry.compute[0]?.attributes ?? [];
    const size = attributes.find((attribute) => attribute.name === 'workgroup_size')?.value;
    expect(new Set([size ?? []].flat())).toEqual(new Set(['WORKGROUP_SIZE']));
    expect(kernel.overrides).toHaveProperty('WORKGROUP_SIZE');
  });

  test('features', () => {
    const enabled = [...kernel.source.matchAll(/^enable (\w+);$/gm)].map(([, name]) => name);
    expect(enabled.map((name) => (name === 'f16' ? 'shader-f16' : name))).toEqual(kernel.features ?? []);
  });

  test('header', () => {
    const header = headerOf(files[`./${folder}/${folder}.wgsl`] ?? '');
    expect(header).toMatch(new RegExp(`^// ${folder}: `));
    for (const section of ['bindings', 'dispatch', 'needs'])
      expect(header).toMatch(new RegExp(`^// ${section} `, 'm'));
    for (const binding of ['params', ...kernel.bindings.map((declared) => declared.name)]) {
      expect(header).toMatch(new RegExp(`\\b${binding}\\b`));
    }
    const twin = /twin: ([\w./-]+\.ref\.ts)/.exec(header)?.[1] ?? 'none named';
    expect(Object.keys(twins)).toContain(
      twin.startsWith('../') ? `./${twin.slice(3)}` : `./${folder}/${twin}`,
    );
  });
});

const twins = import.meta.glob('./*/*.ref.ts');

/** The comment a file starts with. */
function headerOf(source: string): string {
  const lines = source.split('\n');
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('//')),
    )
    .join('\n');
}

test.each(Object.entries(files))('%s is short and says what it is', (_, source) => {
  expect(source.split('\n').length).toBeLessThan(150);
  expect(headerOf(source)).toContain('// bindings ');
});
