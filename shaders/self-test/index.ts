// The one entry through which the engine uses the CPU twins: small cases that a device must get right before it may answer.
// Loaded at the first load on a device alone.
import { difference } from '../testing/compare.ts';
import { Random, type Data } from '../testing/data.ts';
import type { Cases, Overrides } from '../testing/case.ts';
import * as operationCases from './cases.ts';

const cases: Cases = Object.fromEntries(Object.values(operationCases).flatMap(Object.entries<Cases[string]>));

/** Kernels that have a case. */
export const selfTested: ReadonlySet<string> = new Set(Object.keys(cases));

/** A kernel's case: what to upload, the uniforms of the one dispatch, and the judge of what came back. */
export interface SelfTest {
  readonly uniforms: Readonly<Record<string, number>>;
  readonly data: Readonly<Record<string, Data>>;
  /** How the result differs from the twin's, by the tolerance table; undefined when it does not. */
  readonly judge: (got: Readonly<Record<string, Data>>) => string | undefined;
}

/** The case of a kernel compiled with `overrides`; undefined where it has none. */
export function selfTestOf(kernelName: string, overrides: Overrides): SelfTest | undefined {
  const found = cases[kernelName]?.(overrides);
  if (found === undefined) return undefined;
  const { twin, uniforms, buffers, tolerance } = found;
  const data = buffers(new Random(1));
  const judge = (got: Readonly<Record<string, Data>>): string | undefined => {
    const want = Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values.slice()]));
    twin(want, uniforms, overrides);
    for (const [name, before] of Object.entries(data)) {
      const [result, expected] = [got[name], want[name]];
      if (result === undefined || expected === undefined) return `${name} did not come back`;
      // What the twin did not touch must be as it was, bit for bit.
      const isOutput = expected.some((value, i) => !Object.is(value, before[i]));
      const named = typeof tolerance === 'string' ? tolerance : (tolerance[name] ?? 'exact');
      const found = difference(name, before, result, expected, isOutput ? named : 'exact');
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { uniforms, data, judge };
}
