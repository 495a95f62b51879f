// Compares long number lists at speed: assertion libraries take seconds for what takes a loop milliseconds.

/** Describes the first place where two lists differ, or gives null; -0 equals 0, NaN equals nothing. */
export function firstDifference(got: ArrayLike<number>, want: ArrayLike<number>): string | null {
  if (got.length !== want.length) return `length ${got.length} instead of ${want.length}`;
  for (let i = 0; i < want.length; i++) {
    if (got[i] !== want[i]) return `at ${i}: ${String(got[i])} instead of ${String(want[i])}`;
  }
  return null;
}
