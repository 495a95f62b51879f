// What a kernel declares about itself, as plain data: source, bindings, uniforms, overrides, dispatch geometry and work.

/** Workgroups per dimension. */
export type Grid = readonly [x: number, y: number, z: number];

export interface KernelBinding<Name extends string = string> {
  readonly name: Name;
  readonly access: 'read' | 'read_write';
  /** For the reader: element type and symbolic shape. */
  readonly shape: string;
}

export interface KernelUniform<Name extends string = string> {
  readonly name: Name;
  readonly type: 'u32' | 'f32';
}

/** Optional WebGPU features that kernels may need. */
export type KernelFeature = 'shader-f16' | 'subgroups';

/**
 * A compute kernel: entry point `main`, group 0, binding 0 = the uniform struct `Params`, then `bindings` in order.
 * `grid` and `flops` are pure functions of the uniforms and overrides; nothing else decides the dispatch.
 */
export interface KernelSpec<B extends string = string, U extends string = string, O extends string = string> {
  readonly name: string;
  /** The kernel whose folder and file this one shares, put together with other shared files. */
  readonly variantOf?: string;
  /** Features that its `enable` directives ask for; none when absent. */
  readonly features?: readonly KernelFeature[];
  /** WGSL text, shared files before or after; a file with an `enable` directive comes first. */
  readonly source: string;
  readonly bindings: readonly KernelBinding<B>[];
  readonly uniforms: readonly KernelUniform<U>[];
  /** Defaults of the pipeline-overridable constants. */
  readonly overrides: Readonly<Record<O, number>>;
  grid(uniforms: Readonly<Record<U, number>>, overrides: Readonly<Record<O, number>>): Grid;
  /** Multiply-adds x 2, or element operations: what the submission pacer counts. */
  flops(uniforms: Readonly<Record<U, number>>): number;
}

/** Identity function that infers the names, so that dispatches are checked against them. */
export function defineKernel<const B extends string, const U extends string, const O extends string>(
  spec: KernelSpec<B, U, O>,
): KernelSpec<B, U, O> {
  return spec;
}

/** Workgroups needed to cover `count` items with `perGroup` each. */
export function groupsFor(count: number, perGroup: number): number {
  return Math.ceil(count / perGroup);
}

/** Most workgroups in one dimension that every WebGPU device allows. */
const maxGroups = 65_535;

/** Folds a long one-dimensional grid over x and y; kernels recover the index as `y * num_workgroups.x + x`. */
export function foldGrid(groups: number): Grid {
  if (groups <= maxGroups) return [groups, 1, 1];
  const y = Math.ceil(groups / maxGroups);
  return [Math.ceil(groups / y), y, 1];
}
