// The autotuner: times variants of a kernel on shape classes within a time limit. Chooses by measurement alone.
import { failureNote, isHopeless, median, timeLimitNote, type TuningRow } from '@longread/core';
import type { KernelSpec } from '@longread/shaders';
import type { Gpu } from './gpu.ts';
import { kernelKey, type Kernel } from './kernels.ts';

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
  /** Uniforms of one dispatch. */
  readonly uniforms: Readonly<Record<U, number>>;
}

export interface TuneLimits {
  /** Where the clock of `performance.now()` stands when measuring has to end. */
  readonly deadline: number;
  /** Ends measuring as the deadline does. */
  readonly skip?: AbortSignal | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Shortest run that a clock with a millisecond of noise can time. */
const minimumRunMs = 6;
const maxRepeats = 512;
const samples = 3;
/** A run this many times slower than the best variant's decides: further ones would cost more than they tell. */
const clearlySlower = 2;

/**
 * Times the variants of one case; those that `earlier` rows show to be hopeless, and what the time limit leaves no room for,
 * are noted and not run. A variant that does not compile is noted: another one is chosen.
 * @throws AbortedError | DeviceLostError | OutOfMemoryError
 */
export async function tuneCase<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  { kernel, shapeClass, variants, failed, buffers, uniforms }: TuneCase<B, U, O>,
  earlier: readonly TuningRow[],
  { deadline, skip, signal }: TuneLimits,
): Promise<readonly TuningRow[]> {
  const rows: TuningRow[] = [];
  for (const { spec, overrides } of variants) {
    const key = kernelKey(spec, overrides);
    const row = { kernel, shapeClass, variant: spec.name, key, ms: undefined, gflops: undefined };
    if (failed.has(key)) {
      rows.push({ ...row, note: failureNote });
    } else if (isHopeless(earlier, kernel, spec.name)) {
      rows.push({ ...row, note: 'lost elsewhere' });
    } else if (skip?.aborted || performance.now() >= deadline) {
      rows.push({ ...row, note: timeLimitNote });
    } else {
      const compiled = await gpu.kernels.get(spec, overrides).catch((error: unknown) => String(error));
      if (typeof compiled === 'string') rows.push({ ...row, note: compiled });
      else {
        const best = Math.min(...rows.map((other) => other.ms ?? Infinity));
        const ms = await timeDispatch(gpu, compiled, buffers, uniforms, best, signal);
        rows.push({ ...row, ms, gflops: spec.flops(uniforms) / ms / 1e6, note: '' });
      }
    }
  }
  return rows;
}

/**
 * Median time of one dispatch, by the end of submitted work: timestamps are a feature that many devices lack.
 * @param best the fastest other variant's
 */
async function timeDispatch<B extends string, U extends string, O extends string>(
  gpu: Gpu,
  kernel: Kernel<B, U, O>,
  buffers: Readonly<Record<B, GPUBuffer>>,
  uniforms: Readonly<Record<U, number>>,
  best: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const run = async (repeats: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) {
      gpu.recorder.dispatch(kernel, buffers, uniforms);
      await gpu.recorder.pace(signal, 'tune');
    }
    await gpu.recorder.finish();
    return (performance.now() - start) / repeats;
  };
  await run(1); // the first run of a pipeline pays for what drivers put off
  let repeats = 1;
  let ms = await run(repeats);
  while (ms * repeats < minimumRunMs && repeats < maxRepeats) {
    repeats *= 4;
    ms = await run(repeats);
  }
  const times = [ms];
  while (times.length < samples && Math.min(...times) < clearlySlower * best) times.push(await run(repeats));
  return median(times);
}
