// The autotuner: times variants of a kernel on shape classes within a time limit. Chooses by measurement alone.
import {
  failureNote,
  isHopeless,
  lostNote,
  throwIfAborted,
  timeLimitNote,
  wallClockNote,
  type TuningRow,
} from '@longread/core';
import type { KernelSpec } from '@longread/shaders';
import type { Gpu } from './gpu.ts';
import { kernelKey, type Kernel } from './kernels.ts';
import { isFarBehind, nextRound, Samples, settledOf, type Sampled } from './samples.ts';
import type { Timing } from './stopwatch.ts';

/** One way to compute what the others of its list compute. */
export interface Variant<B extends string, U extends string, O extends string> {
  readonly spec: KernelSpec<B, U, O>;
  readonly overrides: Readonly<Partial<Record<O, number>>>;
}

/** A shape on which variants are timed, and what it stands for. */
export interface TuneCase<B extends string, U extends string, O extends string> {
  readonly kernel: string;
  readonly shapeClass: string;
  /** The default first. */
  readonly variants: readonly Variant<B, U, O>[];
  /** Keys of kernels that are known to be wrong on this device: they are not run. */
  readonly failed: ReadonlySet<string>;
  readonly buffers: Readonly<Record<B, GPUBuffer>>;
  /** Rows of the whole case, such as the tokens of a chunk. A dispatch has as many of them as the engine's own would have. */
  readonly rows: number;
  /** Milliseconds that something else takes for all rows, where that is known: what is far behind it is run once. */
  readonly rivalMs?: number;
  /** Uniforms of a dispatch of the rows `first .. first + count - 1` by a kernel. */
  readonly uniforms: (first: number, count: number, spec: KernelSpec<B, U, O>) => Readonly<Record<U, number>>;
}

export interface TuneLimits {
  /** Where the clock of `performance.now()` stands when measuring has to end. */
  readonly deadline: number;
  /** Ends measuring as the deadline does. */
  readonly skip?: AbortSignal | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Dispatches are cut at a multiple of this, as the engine's are. */
const rowGranule = 16;
/** What takes so long fills a good part of a submission: the pacer knows the kernel by then. */
const tellingMs = 20;
/** Where the next step is not much longer than the last one, the pacer is close to what the kernel costs. */
const settled = 1.25;
/** Runs until then at most: each changes what the pacer expects by no more than a factor of two. */
const mostWarmUps = 20;

/** A variant that is measured. */
interface Candidate<B extends string, U extends string, O extends string> extends Sampled {
  readonly row: TuningRow;
  readonly kernel: Kernel<B, U, O>;
}

/**
 * Times the variants of one case; those that `earlier` rows show to be hopeless, and what the time limit leaves no room for,
 * are noted and not run. A variant that does not compile is noted: another one is chosen. All are compiled before any is timed, side by
 * side: of 15 s in which an H200 opened the first time, all that was measured then took 3 the next time.
 * @throws AbortedError | DeviceLostError | OutOfMemoryError
 */
export async function tuneCase<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  test: TuneCase<B, U, O>,
  earlier: readonly TuningRow[],
  limits: TuneLimits,
): Promise<readonly TuningRow[]> {
  const { kernel: name, shapeClass, variants, failed } = test;
  const rows = new Map<string, TuningRow>();
  const compiling = variants.flatMap(({ spec, overrides }) => {
    const key = kernelKey(spec, overrides);
    const row = { kernel: name, shapeClass, variant: spec.name, key, ms: undefined, gflops: undefined };
    const note = (text: string) => rows.set(key, { ...row, note: text });
    note(timeLimitNote);
    if (failed.has(key)) note(failureNote);
    else if (isHopeless(earlier, name, spec.name)) note(lostNote);
    else if (!isOver(limits)) {
      const kernel = gpu.kernels.get(spec, overrides).catch((error: unknown) => String(error));
      return [kernel.then((compiled) => ({ row, note, compiled }))];
    }
    return [];
  });
  const candidates: Candidate<B, U, O>[] = [];
  for (const { row, note, compiled } of await Promise.all(compiling)) {
    if (typeof compiled === 'string') note(compiled);
    else if (!isOver(limits)) {
      const rowsAtOnce = await warmUp(gpu, test, compiled, limits);
      candidates.push({ row: { ...row, note: '' }, kernel: compiled, rowsAtOnce, samples: new Samples() });
    }
  }
  await measure(gpu, test, candidates, limits);
  for (const candidate of settledOf(candidates, rivalOf(test)))
    rows.set(candidate.row.key, measuredRow(test, candidate));
  return [...rows.values()];
}

/** Milliseconds of a row. */
const rivalOf = ({ rivalMs = Infinity, rows }: { readonly rivalMs?: number; readonly rows: number }) =>
  rivalMs / rows;

async function measure<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  test: TuneCase<B, U, O>,
  candidates: readonly Candidate<B, U, O>[],
  limits: TuneLimits,
): Promise<void> {
  const rival = rivalOf(test);
  for (let round = nextRound(candidates, rival); round.length > 0; round = nextRound(candidates, rival)) {
    for (const { kernel, rowsAtOnce, samples } of round) {
      if (isOver(limits)) return;
      samples.add(await run(gpu, test, kernel, rowsAtOnce, samples.repeats, limits.signal));
    }
  }
}

/**
 * Runs a kernel until the pacer knows how much of it fits a submission, which is how the engine will cut the rows: the rows of a
 * dispatch. The first run of a pipeline tells nothing: it pays for what drivers put off.
 */
async function warmUp<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  test: TuneCase<B, U, O>,
  kernel: Kernel<B, U, O>,
  limits: TuneLimits,
): Promise<number> {
  const flopsPerRow = kernel.spec.flops(test.uniforms(0, test.rows, kernel.spec)) / test.rows;
  const fitting = () => Math.min(test.rows, gpu.recorder.rowsPerDispatch(kernel, flopsPerRow, rowGranule));
  for (let i = 0; i < mostWarmUps && !isOver(limits); i++) {
    const rows = fitting();
    const { ms } = await run(gpu, test, kernel, rows, 1, limits.signal);
    const isSettled = ms >= tellingMs && fitting() <= settled * rows;
    const isLost = isFarBehind(ms / rows, rivalOf(test));
    if (rows === test.rows || (i > 0 && (isSettled || isLost))) break;
  }
  return fitting();
}

/** Dispatches one part of the rows after the other, from the first again at the end. */
function run<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  { buffers, rows, uniforms }: TuneCase<B, U, O>,
  kernel: Kernel<B, U, O>,
  rowsAtOnce: number,
  repeats: number,
  signal: AbortSignal | undefined,
): Promise<Timing> {
  const parts = Math.floor(rows / rowsAtOnce);
  const options = { signal, during: 'tune' };
  return gpu.time(async () => {
    for (let i = 0; i < repeats; i++) {
      const first = (i % parts) * rowsAtOnce;
      gpu.recorder.dispatch(kernel, buffers, uniforms(first, rowsAtOnce, kernel.spec));
      await gpu.recorder.pace(signal, options.during);
    }
  }, options);
}

/** Time and rate of the whole case. */
function measuredRow<B extends string, U extends string, O extends string>(
  { rows, uniforms }: TuneCase<B, U, O>,
  { row, kernel, rowsAtOnce, samples }: Candidate<B, U, O>,
): TuningRow {
  const ms = (samples.best / rowsAtOnce) * rows;
  const gflops = kernel.spec.flops(uniforms(0, rows, kernel.spec)) / ms / 1e6;
  return { ...row, ms, gflops, note: samples.clock === 'wall' ? wallClockNote : '' };
}

function isOver({ deadline, skip, signal }: TuneLimits): boolean {
  throwIfAborted(signal, 'tune');
  return skip?.aborted === true || performance.now() >= deadline;
}
