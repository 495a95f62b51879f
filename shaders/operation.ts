// An operation declares its bindings, uniforms and work once; each of its bodies is a way to compute it, and becomes a kernel.
import type { DeviceTraits, Grid, KernelFeature, KernelSpec, SizeRule } from './kernel.ts';
import { renderModule } from './render.ts';

export interface OperationBinding {
  readonly access: 'read' | 'read_write';
  /** WGSL type of an element of the array, unless a body reads it as another. */
  readonly element: string;
  /** For the reader: what the array holds and its symbolic shape. */
  readonly shape: string;
}

/** A storage buffer that is only read. */
export function read(element: string, shape: string): OperationBinding {
  return { access: 'read', element, shape };
}

/** A storage buffer that is written, and may be read. */
export function write(element: string, shape: string): OperationBinding {
  return { access: 'read_write', element, shape };
}

type Names<T> = Extract<keyof T, string>;

/** One way to compute an operation; `Own` are overrides beside the operation's, or other defaults of those. */
export interface Body<B extends string, U extends string, O extends string, Own> {
  /** WGSL of entry point `main`, without what is generated: directives, `Params`, bindings, overrides. */
  readonly source: string;
  /** Texts that `source` calls into. */
  readonly library?: readonly string[];
  readonly features?: readonly KernelFeature[];
  readonly overrides: Own;
  /** Element types of the bindings that this body reads in another way. */
  readonly elements?: Partial<Readonly<Record<B, string>>>;
  readonly shapes?: Readonly<Partial<Record<U | O | Names<NoInfer<Own>>, SizeRule>>>;
  grid(
    uniforms: Readonly<Record<U, number>>,
    overrides: Readonly<Record<O | Names<NoInfer<Own>>, number>>,
  ): Grid;
  suits?(
    device: DeviceTraits,
    sizes: Readonly<Partial<Record<U, number>>>,
  ): Readonly<Partial<Record<O | Names<NoInfer<Own>>, number>>> | undefined;
}

type BodyOverrides = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface OperationSpec<
  B extends string,
  U extends string,
  O extends string,
  N extends BodyOverrides,
> {
  /** Folder, or folder and stage where an operation takes several dispatches: `matmul`, `attention/scores`. */
  readonly name: string;
  /** In the order of their binding numbers, from 1. */
  readonly bindings: Readonly<Record<B, OperationBinding>>;
  /** Members of `params`, in order. */
  readonly uniforms: Readonly<Record<U, 'u32' | 'f32'>>;
  /** Overrides that all bodies have, with their defaults. */
  readonly overrides?: Readonly<Record<O, number>>;
  /** Operations that together give the same. Without them one of the bodies must be `plain`, which runs on every device. */
  readonly fuses?: readonly string[];
  flops(uniforms: Readonly<Record<NoInfer<U>, number>>): number;
  /** By name, the preferred one first where nothing was measured. */
  readonly bodies: { readonly [K in keyof N]: Body<NoInfer<B>, NoInfer<U>, NoInfer<O>, N[K]> };
}

/** An operation and its kernels, one a body. */
export interface Operation<
  B extends string = string,
  U extends string = string,
  O extends string = string,
  N extends BodyOverrides = BodyOverrides,
> {
  readonly name: string;
  readonly fuses?: readonly string[];
  readonly bodies: { readonly [K in keyof N]: KernelSpec<B, U, O | Names<N[K]>> };
}

/** What all kernels of an operation are. */
export type KernelOf<S> = S extends Operation<infer B, infer U, infer O> ? KernelSpec<B, U, O> : never;

/** Puts each body's module together, and infers the names, so that dispatches are checked against them. */
export function defineOperation<
  const B extends string,
  const U extends string,
  const N extends BodyOverrides,
  const O extends string = never,
>(spec: OperationSpec<B, U, O, N>): Operation<B, U, O, N> {
  const erased = spec as unknown as ErasedSpec;
  const kernels = Object.entries(erased.bodies).map(
    ([bodyName, body]) => [bodyName, kernelOf(erased, bodyName, body)] as const,
  );
  return {
    name: spec.name,
    ...(spec.fuses && { fuses: spec.fuses }),
    bodies: Object.fromEntries(kernels) as unknown as Operation<B, U, O, N>['bodies'],
  };
}

/** With the names forgotten that the declaration was checked by. */
type ErasedSpec = OperationSpec<string, string, string, BodyOverrides>;

function kernelOf(
  operation: ErasedSpec,
  bodyName: string,
  {
    source,
    library = [],
    features = [],
    elements = {},
    shapes = {},
    overrides: own,
    ...geometry
  }: ErasedSpec['bodies'][string],
): KernelSpec {
  const overrides = { ...operation.overrides, ...own };
  const uniforms = Object.entries(operation.uniforms).map(([name, type]) => ({ name, type }));
  const bindings = Object.entries(operation.bindings).map(([name, { access, shape, element }]) => ({
    name,
    access,
    shape,
    element: elements[name] ?? element,
  }));
  return {
    name: kernelName(operation.name, bodyName),
    features,
    source: renderModule({ features, uniforms, bindings, overrides, texts: [...library, source] }),
    bindings,
    uniforms,
    overrides,
    shapes,
    ...geometry,
    flops: (sizes) => operation.flops(sizes),
  };
}

/** `matmul` and `tiled`: matmul/tiled. `attention/scores` and `quad`: attention/scores-quad, but its plain body attention/scores. */
function kernelName(operation: string, body: string): string {
  if (!operation.includes('/')) return `${operation}/${body}`;
  return body === 'plain' ? operation : `${operation}-${body}`;
}
