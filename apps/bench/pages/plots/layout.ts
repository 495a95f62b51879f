// Where a plot's axes begin and end, from the values that it shows: nothing drawn may be cut. Pure.
import type { PlottedRow } from './driver.ts';

export interface Dot {
  readonly name: string;
  readonly value: number;
}

/** Every sample of every row, in the unit of `field`: scaled so that the samples' median is the row's share or ratio. */
export function dotsOf(rows: readonly PlottedRow[], field: 'share' | 'ratio'): Dot[] {
  return rows.flatMap(({ name, samples, median, [field]: figure = 0 }) => {
    const scale = median === null || median === 0 ? 0 : figure / median;
    return samples.map((value) => ({ name, value: scale * value }));
  });
}

/** Shares of smaller peaks, row by row. */
export function otherDotsOf(rows: readonly PlottedRow[]): Dot[] {
  return rows.flatMap(({ name, otherShares = {} }) =>
    Object.values(otherShares).map((value) => ({ name, value })),
  );
}

/** From 0 to a little beyond the largest, and at least to the whole peak. */
export function linearDomain(values: readonly number[]): [number, number] {
  return [0, 1.04 * Math.max(1, ...values)];
}

/** A little beyond the smallest and the largest, 1 among them: factors, for a logarithmic axis. */
export function logDomain(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(1, ...values), Math.max(1, ...values)];
  const room = Math.max(1.1, (most / least) ** 0.03);
  return [least / room, most * room];
}

/** Every power of ten in a domain. */
export function powersOfTen([from, to]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(from));
  const last = Math.floor(Math.log10(to));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Moves what lies closer than `gap` apart, as little as keeps the order, and back up to where it fits above `end`. */
export function spread(places: readonly number[], gap: number, end: number): number[] {
  const order = [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let least = -Infinity;
  for (const i of order) least = (moved[i] = Math.max(least, places[i] ?? 0)) + gap;
  let most = end;
  for (const i of order.reverse()) most = (moved[i] = Math.min(most, moved[i] ?? 0)) - gap;
  return moved;
}

/** A label that stands in words what a row's dots show: its figure, and of how many samples. */
export function figureLabel({ samples }: Pick<PlottedRow, 'samples'>, figure: number): string {
  return `${Number(figure.toPrecision(3))}, n=${samples.length}`;
}
