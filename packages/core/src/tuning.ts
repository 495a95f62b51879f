// What tuning leaves behind: the time of each kernel variant on each shape class, and the choice that follows from it. Pure data.

/** One variant of one kernel on one shape class. */
export interface TuningRow {
  /** What the variants compute: `matmul` (prefill), `matvec` (decode), `attention` (prefill, in all) or one of its parts. */
  readonly kernel: string;
  /** Weight layout and matrix shape, as in `int4/32 576x960`; of attention the heads, as in `64 9/3`. */
  readonly shapeClass: string;
  readonly variant: string;
  /** Of the kernel as it was compiled: the variant with its overrides. */
  readonly key: string;
  /**
   * The least of several times of the whole case: one token for `matvec`, a chunk for `matmul`, of which one dispatch has as much as
   * fits a submission. Undefined when it was not measured, and `note` says why.
   */
  readonly ms: number | undefined;
  /** Billions of floating-point operations a second; undefined as `ms`. */
  readonly gflops: number | undefined;
  readonly note: string;
}

/** A kernel that does not compile on an adapter, or computes something else there than its CPU twin. */
export interface KernelFailure {
  readonly key: string;
  readonly reason: string;
}

/** The table of one adapter under one version of the kernels. */
export interface Tuning {
  /** The adapter and its features, as the device tells them. */
  readonly adapter: string;
  /** Hash of the kernels' sources and of the way of measuring. */
  readonly version: string;
  readonly rows: readonly TuningRow[];
  /** Keys of the kernels that agreed with their CPU twins on this adapter. */
  readonly tested: readonly string[];
  /** Kernels that are not used on this adapter. */
  readonly failed: readonly KernelFailure[];
}

/** Note of a row that was not measured because the time was up: it says nothing about the variant. */
export const timeLimitNote = 'time limit';

/** Note of a row that was not measured because the variant, or what it is a part of, lost by far already. */
export const lostNote = 'lost elsewhere';

/** Note of a row whose kernel is among the failed. */
export const failureNote = 'failed';

/** Note of a row that was measured by the host's clock, which counts gaps between submissions: the device has no other. */
export const wallClockNote = 'wall clock';

/** How many times slower than the best a variant may be on one shape class before it is not tried on the next ones. */
const pruneFactor = 3;

/** How much less time than the default another variant has to take: a difference within the noise changes nothing. */
const worthwhile = 0.9;

/**
 * The variant to use for a kernel on a shape class: the fastest measured one, if it beats the default (the first row) by more than
 * measuring errs; undefined where nothing was measured.
 */
export function fastestVariant(
  rows: readonly TuningRow[],
  kernel: string,
  shapeClass: string,
): string | undefined {
  const measured = rows.flatMap(({ variant, ms, ...row }) =>
    row.kernel === kernel && row.shapeClass === shapeClass && ms !== undefined ? [{ variant, ms }] : [],
  );
  const [first, ...others] = measured;
  if (first === undefined) return undefined;
  const best = others.reduce((a, b) => (b.ms < a.ms ? b : a), first);
  return (best.ms < worthwhile * first.ms ? best : first).variant;
}

/**
 * The variant to use where measuring did not come to its end: the one chosen for most of the kernel's shape classes; undefined
 * where none was measured.
 */
export function usualVariant(rows: readonly TuningRow[], kernel: string): string | undefined {
  const classes = new Set(rows.flatMap((row) => (row.kernel === kernel ? [row.shapeClass] : [])));
  const votes = new Map<string, number>();
  for (const shapeClass of classes) {
    const variant = fastestVariant(rows, kernel, shapeClass);
    if (variant !== undefined) votes.set(variant, (votes.get(variant) ?? 0) + 1);
  }
  return [...votes].reduce<readonly [string | undefined, number]>(
    (best, vote) => (vote[1] > best[1] ? vote : best),
    [undefined, 0],
  )[0];
}

/**
 * The names in the order in which they are tried: first the choice, then the others as fast as they were measured on the shape
 * class, then as they come. Where the time was up before the fastest was known, the choice of most classes comes first.
 */
export function rankVariants(
  rows: readonly TuningRow[],
  kernel: string,
  shapeClass: string,
  names: readonly string[],
): readonly string[] {
  const usual = isUnfinished(rows, kernel, shapeClass) ? usualVariant(rows, kernel) : undefined;
  const first = usual ?? fastestVariant(rows, kernel, shapeClass) ?? names[0];
  const rank = (name: string): number => {
    if (name === first) return -1;
    const own = rows.find(
      (row) => row.kernel === kernel && row.shapeClass === shapeClass && row.variant === name,
    );
    return own?.ms ?? Number.MAX_VALUE;
  };
  return names.toSorted((a, b) => rank(a) - rank(b));
}

/** Notes that a kernel failed: its times count no more. */
export function withFailure(tuning: Tuning, failure: KernelFailure): Tuning {
  const rows = tuning.rows.map((row) =>
    row.key === failure.key ? { ...row, ms: undefined, gflops: undefined, note: failureNote } : row,
  );
  const others = tuning.failed.filter(({ key }) => key !== failure.key);
  const tested = tuning.tested.filter((key) => key !== failure.key);
  return { ...tuning, rows, tested, failed: [...others, failure] };
}

/** Notes that a kernel is right. */
export function withPass(tuning: Tuning, key: string): Tuning {
  const others = tuning.tested.filter((tested) => tested !== key);
  return {
    ...tuning,
    tested: [...others, key],
    failed: tuning.failed.filter((failure) => failure.key !== key),
  };
}

/** True when the time was up before all variants of a kernel were measured on a shape class, or none was tried. */
export function isUnfinished(rows: readonly TuningRow[], kernel: string, shapeClass: string): boolean {
  const own = rows.filter((row) => row.kernel === kernel && row.shapeClass === shapeClass);
  return own.length === 0 || own.some(({ note }) => note === timeLimitNote);
}

/** True when `variant` lost by so much on a shape class that measuring it on others would waste the time limit. */
export function isHopeless(rows: readonly TuningRow[], kernel: string, variant: string): boolean {
  return rows.some((row) => {
    if (row.kernel !== kernel || row.variant !== variant) return false;
    if (row.ms === undefined) return row.note !== timeLimitNote; // it failed
    const rivals = rows.filter(
      (other) => other.kernel === kernel && other.shapeClass === row.shapeClass && other.ms !== undefined,
    );
    const best = Math.min(...rivals.map(({ ms }) => ms ?? Infinity));
    return row.ms > pruneFactor * best;
  });
}

/** The middle one; the mean of the middle two of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/** The table as text: a line a row, the chosen variants marked; then a line for each kernel that is not used, with what is wrong. */
export function formatTuning({ adapter, version, rows, tested, failed }: Tuning): string {
  const header = ['kernel', 'shape class', 'variant', 'ms', 'GFLOP/s', ''];
  const lines = rows.map((row) => [
    row.kernel,
    row.shapeClass,
    row.variant,
    row.ms === undefined ? '-' : row.ms.toPrecision(3),
    row.gflops === undefined ? '-' : row.gflops.toPrecision(3),
    [row.variant === fastestVariant(rows, row.kernel, row.shapeClass) ? 'chosen' : '', row.note]
      .filter((note) => note !== '')
      .join(', '),
  ]);
  const widths = header.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    line
      .map((cell, i) => (i === 3 || i === 4 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const head = `Adapter ${adapter}, kernels ${version.slice(0, 12)}, ${tested.length} of them checked against the CPU`;
  const dropped = failed.map(({ key, reason }) => `Not used: ${key}: ${reason.replace(/\s+/g, ' ')}`);
  return [head, ...[header, ...lines].map(format), ...dropped, ''].join('\n');
}
