// The text of a kernel's module: what its declaration already says is generated, so that a field stands in one place.
import type { KernelBinding, KernelFeature, KernelUniform } from './kernel.ts';

export interface ModuleParts {
  readonly features: readonly KernelFeature[];
  readonly uniforms: readonly KernelUniform[];
  readonly bindings: readonly (KernelBinding & { readonly element: string })[];
  readonly overrides: Readonly<Record<string, number>>;
  /** Functions, types and constants; the last one has the entry point. */
  readonly texts: readonly string[];
}

/** The directives of WGSL that ask for them; more memory is for the device to ask for. */
const directives: Readonly<Partial<Record<KernelFeature, string>>> = {
  'shader-f16': 'enable f16;',
  subgroups: 'enable subgroups;',
  packed_4x8_integer_dot_product: 'requires packed_4x8_integer_dot_product;',
  // Where a matrix lies is the same for a subgroup without a compiler being able to see it.
  'subgroup-matrix-f16-16x16x16':
    'enable chromium_experimental_subgroup_matrix;\ndiagnostic(off, chromium.subgroup_matrix_uniformity);',
};

/** Directives, overrides (all u32), `params` at binding 0, the storage buffers from binding 1 on, and the texts. */
export function renderModule({ features, uniforms, bindings, overrides, texts }: ModuleParts): string {
  const declarations = [
    ...features.flatMap((feature) => directives[feature] ?? []),
    ...Object.entries(overrides).map(([name, value]) => `override ${name}: u32 = ${value}u;`),
    'struct Params {',
    ...uniforms.map(({ name, type }) => `  ${name}: ${type},`),
    '}',
    '@group(0) @binding(0) var<uniform> params: Params;',
    ...bindings.map(
      ({ name, access, element }, i) =>
        `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${element}>;`,
    ),
  ];
  return [`${declarations.join('\n')}\n`, ...texts].join('\n');
}
