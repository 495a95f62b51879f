// Data for kernel tests: seeded numbers (of core), poison that must stay untouched, and bounds-checked reads for the twins.
import type { Random, ToleranceClass } from '@longread/core';
import type { KernelSpec } from '../kernel.ts';
import type { KernelOf, Operation } from '../operation.ts';

export { Random } from '@longread/core';

/** Contents of one buffer. */
export type Data = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * The CPU twin of an operation, or of one of its kernels: reads and writes plain arrays as the kernels do their buffers. It leaves
 * untouched what a kernel must leave untouched, and writes `unspecified` where it may write anything.
 */
export type Twin<S extends Operation | KernelSpec> =
  (S extends Operation ? KernelOf<S> : S) extends KernelSpec<infer B, infer U, infer O>
    ? (
        buffers: Readonly<Record<B, Data>>,
        uniforms: Readonly<Record<U, number>>,
        overrides: Readonly<Record<O, number>>,
      ) => void
    : never;

/** One dispatch and what it must do. */
export interface KernelCase<B extends string, U extends string, O extends string> {
  readonly kernel: KernelSpec<B, U, O>;
  readonly twin: (
    buffers: Readonly<Record<B, Data>>,
    uniforms: Readonly<Record<NoInfer<U>, number>>,
    overrides: Readonly<Record<NoInfer<O>, number>>,
  ) => void;
  readonly overrides?: Partial<Readonly<Record<O, number>>>;
  readonly uniforms: Readonly<Record<U, number>>;
  readonly seed?: number;
  readonly buffers: (random: Random) => Readonly<Record<B, Data>>;
  /** For all outputs, or by name; buffers that are not named must stay as they are. */
  readonly tolerance: ToleranceClass | Partial<Readonly<Record<NoInfer<B>, ToleranceClass>>>;
}

/** A case of any of an operation's kernels. */
export type CaseOf<S extends Operation> =
  KernelOf<S> extends KernelSpec<infer B, infer U, infer O> ? KernelCase<B, U, O> : never;

/** An f32 whose value no consumer may depend on. Poison is a NaN too, with other bits. */
export const unspecified = NaN;

/** A NaN with a payload; no id, no count and no flag. */
const poisonBits = 0x7fc0dead;

/** `data[i]`; a read past the end is the twin's own bug. */
export function at(data: ArrayLike<number>, i: number): number {
  const value = data[i];
  if (value === undefined) throw new RangeError(`The twin reads element ${i} of ${data.length}.`);
  return value;
}

export function poisonF32(length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(poisonU32(length).buffer);
}

export function poisonU32(length: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(length).fill(poisonBits);
}
