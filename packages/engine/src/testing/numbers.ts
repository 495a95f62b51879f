// Small measures that tests report.
import type { TokenScores } from '@longread/planner';

/** Share of `want` that is in `got`. */
export function overlap(got: Iterable<number>, want: readonly number[]): number {
  const set = new Set(got);
  return want.filter((value) => set.has(value)).length / want.length;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Largest absolute difference. */
export function maxError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let worst = got.length === want.length ? 0 : Infinity;
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs((got[i] ?? NaN) - (want[i] ?? NaN)));
  return worst;
}

/** Largest absolute difference of the scores that are known; of the others, by how much one is above what is told of its neighbours and it. */
export function maxScoreError(got: TokenScores, want: ArrayLike<number>): number {
  const known = new Set(
    got.known().flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
  );
  let worst = got.length === want.length ? 0 : Infinity;
  for (let i = 0; i < want.length; i++) {
    const above = (want[i] ?? NaN) - got.at(i);
    worst = Math.max(worst, known.has(i) ? Math.abs(above) : above);
  }
  return worst;
}
