// What the self-test knows of a case once the kernel's own names are forgotten.
import type { KernelCase } from '../testing/data.ts';

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
  return { twin: twin as unknown as SelfTestCase['twin'], uniforms, buffers, tolerance };
}
