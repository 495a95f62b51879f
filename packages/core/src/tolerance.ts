// The one table of numeric tolerances. Loosening a limit is a commit that says why.

export type ToleranceClass =
  | 'exact'
  | 'elementwise-f32'
  | 'reduction-f32'
  | 'f16-storage'
  | 'f16-softmax'
  | 'int8-inputs'
  | 'int8-storage'
  | 'logits';

export interface Tolerance {
  /** `exact`: bitwise equal. `nmse`: sum((x - ref)^2) / sum(ref^2). `max`: largest absolute difference. */
  readonly metric: 'exact' | 'nmse' | 'max';
  readonly limit: number;
  readonly reason: string;
}

export const tolerances: Readonly<Record<ToleranceClass, Tolerance>> = {
  exact: { metric: 'exact', limit: 0, reason: 'copies, indices and integer arithmetic' },
  'elementwise-f32': {
    metric: 'nmse',
    limit: 1e-10,
    reason: 'a few f32 roundings and an adapter exp() of a few ulp',
  },
  'reduction-f32': {
    metric: 'nmse',
    limit: 1e-7,
    reason: 'f32 sums in another order than the f64 twin',
  },
  'f16-storage': {
    metric: 'nmse',
    limit: 1e-6,
    reason: 'both factors rounded to 11 bits (relative variance 2^-24 each at most), summed in f32',
  },
  'f16-softmax': {
    metric: 'nmse',
    limit: 5e-6,
    reason: 'both factors of scores of about 10 rounded to 11 bits; exp makes their errors relative ones',
  },
  'int8-inputs': {
    metric: 'nmse',
    limit: 5e-5,
    reason: 'one factor rounded to 127ths of the largest of sixteen: (max / 127)^2 / 12 over the mean square',
  },
  'int8-storage': { metric: 'max', limit: 1, reason: 'a value on a rounding boundary may fall either way' },
  logits: { metric: 'nmse', limit: 1e-5, reason: 'thirty layers of f32 against a float64 reference' },
};

/** Normalised mean squared error of `got` against `want` (the golden files' and ggml's metric). */
export function nmse(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let error = 0;
  let power = 0;
  for (let i = 0; i < want.length; i++) {
    const w = want[i] ?? NaN;
    error += ((got[i] ?? NaN) - w) ** 2;
    power += w ** 2;
  }
  return power === 0 ? error : error / power;
}
