// What the self-test knows of a case once the kernel's own names are forgotten.
import type { KernelSpec } from '../kernel.ts';
import type { Operation } from '../operation.ts';
import type { KernelCase } from './data.ts';

export type Overrides = Readonly<Record<string, number>>;

/** A case whose buffers, uniforms and overrides are looked up by name at run time. */
export type SelfTestCase = Omit<KernelCase<string, string, string>, 'kernel' | 'overrides' | 'seed'>;

/** Cases by kernel name; a case suits the overrides that the kernel was compiled with. */
export type Cases = Readonly<Record<string, (overrides: Overrides) => SelfTestCase>>;

/** Forgets the names: the kernel's spec checked them. */
export function caseOf<B extends string, U extends string, O extends string>({
  twin,
  uniforms,
  buffers,
  tolerance,
}: KernelCase<B, U, O>): SelfTestCase {
  return { twin, uniforms, buffers, tolerance };
}

/** A case for each of an operation's kernels. */
export function casesOf<B extends string, U extends string, O extends string>(
  { bodies }: Operation<B, U, O>,
  make: (kernel: KernelSpec<B, U, O>, overrides: Overrides) => KernelCase<B, U, O>,
): Cases {
  return Object.fromEntries(
    Object.values<KernelSpec<B, U, O>>(bodies).map((kernel) => [
      kernel.name,
      (overrides: Overrides) => caseOf(make(kernel, overrides)),
    ]),
  );
}
