// Compares what a kernel wrote with what its twin wrote, by the tolerance table, and says where they differ.
import { nmse, tolerances, type ToleranceClass } from '@longread/core';
import { at, type Data } from './data.ts';

/**
 * Undefined when `got` agrees with `want`, else a report. Where `want` is `unspecified` anything goes; where the twin left
 * what was there `before`, the kernel must have left the very same bits.
 */
export function difference(
  name: string,
  before: Data,
  got: Data,
  want: Data,
  toleranceClass: ToleranceClass,
): string | undefined {
  if (got.length !== want.length) return `${name}: ${got.length} elements, expected ${want.length}`;
  const { metric, limit } = tolerances[toleranceClass];
  if (toleranceClass === 'int8-storage') {
    const [gotBytes, wantBytes] = [new Int8Array(got.buffer), new Int8Array(want.buffer)];
    return report(name, gotBytes, wantBytes, (i) => Math.abs(at(gotBytes, i) - at(wantBytes, i)) > limit);
  }
  const [beforeBits, gotBits, wantBits] = [bitsOf(before), bitsOf(got), bitsOf(want)];
  const isFloat = want instanceof Float32Array;
  const isUnspecified = (i: number) => isFloat && at(wantBits, i) === unspecifiedBits;
  const mustBeExact = (i: number) =>
    metric === 'exact' || !isFloat || !Number.isFinite(at(want, i)) || at(wantBits, i) === at(beforeBits, i);
  const stray = report(
    name,
    got,
    want,
    (i) => !isUnspecified(i) && mustBeExact(i) && at(gotBits, i) !== at(wantBits, i),
  );
  if (stray !== undefined) return stray;
  const compared = [...want.keys()].filter((i) => !mustBeExact(i));
  const gotValues = compared.map((i) => at(got, i));
  const wantValues = compared.map((i) => at(want, i));
  const error = metric === 'max' ? largestError(gotValues, wantValues) : nmse(gotValues, wantValues);
  if (error <= limit) return undefined;
  // The bad elements are those whose own error is above its fair share.
  const share = Math.sqrt(limit * meanSquare(wantValues)) || limit;
  const isBad = (i: number) => !mustBeExact(i) && !(Math.abs(at(got, i) - at(want, i)) <= share);
  return `${metric} ${error} exceeds ${limit} (${toleranceClass})\n${report(name, got, want, isBad) ?? name}`;
}

/** The bits of `unspecified`, a canonical NaN. */
const unspecifiedBits = 0x7fc00000;

function bitsOf(data: Data): Uint32Array<ArrayBuffer> {
  return new Uint32Array(data.buffer, data.byteOffset, data.length);
}

function largestError(got: readonly number[], want: readonly number[]): number {
  return got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - at(want, i))), 0);
}

function meanSquare(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
}

/** The first five bad elements, their number and the largest error among them; undefined when there is none. */
function report(
  name: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  isBad: (i: number) => boolean,
): string | undefined {
  const bad = Array.from({ length: want.length }, (_, i) => i).filter(isBad);
  if (bad.length === 0) return undefined;
  const errors = bad.map((i) => Math.abs(at(got, i) - at(want, i)));
  const lines = bad.slice(0, 5).map((i) => `  [${i}] expected ${at(want, i)}, got ${at(got, i)}`);
  const worst = errors.reduce((a, b) => Math.max(a, b), 0);
  return [`${name}: ${bad.length} of ${want.length} differ, largest error ${worst}`, ...lines].join('\n');
}
