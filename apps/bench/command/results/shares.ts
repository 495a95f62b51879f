// Shares of a device's peaks. Several kernels try for one peak, and none is the fastest everywhere: the largest figure is the peak. Pure.
import { median } from '@longread/core';
import { formatNumber } from './report.ts';
import { rowOf, type Row, type RowDetails } from './row.ts';

/** What a row says of the shares, and the shares of the largest peak, pair by pair. */
export interface Shares extends Required<Omit<RowDetails, 'ratio'>> {
  readonly samples: readonly number[];
}

/** What ran in turn: a rate of our own and those of the peaks, by the peaks' rows. All in one unit. */
export interface BesidePeaks {
  readonly own: number;
  readonly peaks: Readonly<Record<string, number>>;
}

/**
 * Shares of the peak whose median is the largest, with the others beside it under their own names.
 * @param unit of the rates, for what the row says of them.
 * @throws Error without samples, or when a sample lacks a peak that another one has.
 */
export function shareOfLargest(measured: readonly BesidePeaks[], unit: string): Shares {
  const names = Object.keys(measured[0]?.peaks ?? {});
  const against = names.map((name) => {
    const peaks = measured.map(({ peaks }) => peaks[name] ?? NaN);
    const samples = measured.map(({ own }, i) => own / (peaks[i] ?? NaN));
    return { name, peak: median(peaks), samples, share: median(samples) };
  });
  const [largest, ...others] = against.toSorted((a, b) => b.peak - a.peak);
  if (largest === undefined || against.some(({ share }) => Number.isNaN(share)))
    throw new Error(`Every sample needs a figure of each of the peaks ${names.join(', ')}.`);
  const own = formatNumber(median(measured.map((each) => each.own)));
  const beside = others.map(
    ({ name, peak, share }) => `; ${formatNumber(share)} of ${name}, ${formatNumber(peak)}`,
  );
  return {
    samples: largest.samples,
    share: largest.share,
    peak: largest.name,
    otherShares: Object.fromEntries(others.map(({ name, share }) => [name, share])),
    against: `${own} of ${formatNumber(largest.peak)} ${unit}${beside.join('')}`,
  };
}

/** A share of a peak, as {@link shareOfLargest} gives it; `samples` are those of the largest peak. */
export function shareRow(name: string, { samples, ...details }: Shares): Row {
  return rowOf(name, 'share of peak', samples, details);
}
