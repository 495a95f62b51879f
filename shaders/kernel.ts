// A kernel as the rest of the code sees it, as plain data: source, bindings, uniforms, overrides, dispatch geometry and work.
// Most are put together from an operation and a body (operation.ts).

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

/** Workgroup memory beyond the 16 KiB of every device, in KiB by name. */
export const workgroupMemories = { 'workgroup-memory-32': 32, 'workgroup-memory-48': 48 } as const;

/**
 * What kernels may need beyond what every device has: optional features of WebGPU, and of its language, and more workgroup memory.
 * `subgroup-matrix-` is the feature `chromium-experimental-subgroup-matrix` with matrices of f16 that are summed in f32, M x N x K, in
 * subgroups of 32.
 */
export type KernelFeature =
  | 'shader-f16'
  | 'subgroups'
  | 'packed_4x8_integer_dot_product'
  | keyof typeof workgroupMemories
  | 'subgroup-matrix-f16-16x16x16';

/** What of `bytes` of workgroup memory needs asking for: nothing up to 16 KiB. @throws RangeError above 48 KiB */
export function memoryFeatures(bytes: number): readonly KernelFeature[] {
  if (bytes <= 16 * 1024) return [];
  if (bytes <= 32 * 1024) return ['workgroup-memory-32'];
  if (bytes <= 48 * 1024) return ['workgroup-memory-48'];
  throw new RangeError(
    `A kernel takes ${bytes} bytes of workgroup memory; devices are asked for 48 KiB at most.`,
  );
}

/** What of a device decides which kernels it can run, and how. */
export interface DeviceTraits {
  readonly features: readonly KernelFeature[];
  /** Lanes of the widest subgroup. */
  readonly subgroupSize: number;
}

/** The values of a uniform or override with which a kernel computes rightly. */
export interface SizeRule {
  readonly multipleOf?: number;
  readonly min?: number;
  readonly max?: number;
}

/**
 * A compute kernel: entry point `main`, group 0, binding 0 = the uniform struct `Params`, then `bindings` in order.
 * `grid` and `flops` are pure functions of the uniforms and overrides; nothing else decides the dispatch.
 */
export interface KernelSpec<B extends string = string, U extends string = string, O extends string = string> {
  /** Folder and body: `matmul/tiled`, `attention/scores-quad`. */
  readonly name: string;
  /** Features that its `enable` and `requires` directives ask for; none when absent. */
  readonly features?: readonly KernelFeature[];
  /** The whole WGSL module. */
  readonly source: string;
  readonly bindings: readonly KernelBinding<B>[];
  readonly uniforms: readonly KernelUniform<U>[];
  /** Defaults of the pipeline-overridable constants. */
  readonly overrides: Readonly<Record<O, number>>;
  /**
   * What its loads and stores take for granted, by uniform or override; anything goes for the others. Compiling and dispatching hold
   * to it, variants are chosen by it, and a model that it rules out is refused at load.
   */
  readonly shapes: Readonly<Partial<Record<NoInfer<U | O>, SizeRule>>>;
  grid(uniforms: Readonly<Record<U, number>>, overrides: Readonly<Record<O, number>>): Grid;
  /** Multiply-adds x 2, or element operations: what the submission pacer counts. */
  flops(uniforms: Readonly<Record<U, number>>): number;
  /** Overrides that suit a device, beside those that the sizes decide; undefined: not for that device. All suit where it is absent. */
  suits?(
    device: DeviceTraits,
    sizes: Readonly<Partial<Record<U, number>>>,
  ): Readonly<Partial<Record<O, number>>> | undefined;
}

/** Identity function that infers the names, for a kernel that is no operation's body and brings its whole text. */
export function defineKernel<const B extends string, const U extends string, const O extends string>(
  spec: KernelSpec<B, U, O>,
): KernelSpec<B, U, O> {
  return spec;
}

/** A size that a kernel cannot do. */
export interface BrokenRule {
  readonly name: string;
  readonly value: number;
  readonly rule: SizeRule;
}

/** The first of `sizes` that the kernel cannot do; undefined when it can do all that it has a rule for. */
export function brokenRule(
  { shapes }: Pick<KernelSpec, 'shapes'>,
  sizes: Readonly<Record<string, number>>,
): BrokenRule | undefined {
  for (const name in shapes) {
    const [rule, value] = [shapes[name], sizes[name]];
    if (rule !== undefined && value !== undefined && !obeys(value, rule)) return { name, value, rule };
  }
  return undefined;
}

function obeys(value: number, { multipleOf = 1, min = -Infinity, max = Infinity }: SizeRule): boolean {
  return value >= min && value <= max && value % multipleOf === 0;
}

/** As in `a multiple of 8, at most 64`. */
export function describeRule({ multipleOf, min, max }: SizeRule): string {
  const parts = [
    multipleOf === undefined ? [] : `a multiple of ${multipleOf}`,
    min === undefined ? [] : `at least ${min}`,
    max === undefined ? [] : `at most ${max}`,
  ];
  return parts.flat().join(', ');
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
