// One line of the benchmark's results, and how samples become one. Pure.
import { median } from '@longread/core';

/** `--json` prints these and nothing else. */
export interface Row {
  readonly name: string;
  /** The figure that the name stands for; null when it was not measured: `against` then says why. */
  readonly value: number | null;
  readonly unit: string;
  /** Of `samples`, in the same unit. */
  readonly median: number | null;
  /** (largest - smallest sample) / median; null for one sample, which says nothing about it, and for samples of unlike things. */
  readonly spread: number | null;
  readonly samples: readonly number[];
  /** Share of the largest of the device's peaks that were measured in the same run. */
  readonly share?: number;
  /** The row of the peak that `share` is of. */
  readonly peak?: string;
  /** Shares of the device's smaller peaks, by the rows of those peaks: beside `share`, and never instead of it. */
  readonly otherShares?: Readonly<Record<string, number>>;
  /** Ours over the other, or as the name says; measured side by side in the same run. */
  readonly ratio?: number;
  /** What was compared with what, and on what terms. */
  readonly against?: string;
}

export type RowDetails = Pick<Row, 'share' | 'peak' | 'otherShares' | 'ratio' | 'against'>;

/** See {@link Row.spread}. */
export function spread(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = Math.abs(median(values));
  const range = Math.max(...values) - Math.min(...values);
  return range === 0 ? 0 : range / middle;
}

/** A row whose value is the median of its samples. */
export function rowOf(name: string, unit: string, samples: readonly number[], details: RowDetails = {}): Row {
  const value = median(samples);
  return { name, value, unit, median: value, spread: spread(samples), samples, ...details };
}

/** A row whose value is the largest of its samples: for limits. */
export function worstRow(
  name: string,
  unit: string,
  samples: readonly number[],
  details: RowDetails = {},
): Row {
  return { ...rowOf(name, unit, samples, details), value: Math.max(...samples) };
}

/** A ratio of two things measured in pairs; `samples` are the pairs' ratios. */
export function ratioRow(name: string, unit: string, samples: readonly number[], against: string): Row {
  return rowOf(name, unit, samples, { ratio: median(samples), against });
}

/** The row of something that could not be measured here: no number, and the reason. */
export function unmeasuredRow(name: string, why: string): Row {
  return {
    name,
    value: null,
    unit: '',
    median: null,
    spread: null,
    samples: [],
    against: `not measured: ${why}`,
  };
}
