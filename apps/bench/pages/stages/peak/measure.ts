// Finds, for each peak, the width and the number of workgroups that the device does best, once; measures with those from then on. What
// is timed is many times as long as a submission costs, by the device's clock where it has one.
import type { Timing } from '@longread/gpu';
import type { KernelFeature } from '@longread/shaders';
import { noise, type Bed } from '../bed.ts';
import type { PeakWork } from '../driver.ts';
import {
  arithmeticGroup,
  int8DotKernel,
  matrixKernel,
  memoryGroup,
  memoryKernel,
  multiplyAddKernel,
  type ArithmeticKernel,
} from './kernels.ts';

/** Runs in the search for the best take at least this long, those that are reported the other. */
const searchMs = 25;
const wantedMs = 200;
/** The least of so many counts: other work on the machine makes runs longer, nothing makes them shorter. */
const numRuns = 3;
/** Workgroups: enough for a large GPU at the end; a software adapter runs them one after the other. */
const arithmeticGroups = [512, 4096, 16_384] as const;
/** The largest touches the memory once with four loads an invocation. */
const memoryGroups = [512, 2048, 8192] as const;
/** Where one unit of work takes so long, larger grids tell no more. */
const slowMs = 100;
const memoryBytes = 128 * 1024 * 1024;
const noiseBytes = 1024 * 1024;

export type PeakName =
  'multiply-add' | 'multiply-add-12' | 'multiply-add-f16' | 'int8-dots' | 'subgroup-matrix' | 'copy' | 'read';

/** One way to a peak: `units` of its work, one after the other. */
interface Way {
  readonly how: string;
  readonly groups: number;
  /** Of one unit. */
  readonly amount: Pick<PeakWork, 'flops' | 'bytes'>;
  readonly run: (units: number) => Promise<Timing>;
}

const arithmetic: Readonly<Record<Exclude<PeakName, 'copy' | 'read'>, () => readonly ArithmeticKernel[]>> = {
  'multiply-add': () => [1, 4].map((steps) => multiplyAddKernel({ type: 'vec4f', accumulators: 8, steps })),
  'multiply-add-12': () =>
    [4, 16].map((steps) => multiplyAddKernel({ type: 'f32', accumulators: 12, steps })),
  'multiply-add-f16': () =>
    [4, 8].map((accumulators) => multiplyAddKernel({ type: 'vec4h', accumulators, steps: 4 })),
  'int8-dots': () => [int8DotKernel()],
  'subgroup-matrix': () => [matrixKernel()],
};

/** What not every device has. */
const needs: Readonly<Partial<Record<PeakName, KernelFeature>>> = {
  'multiply-add-f16': 'shader-f16',
  'subgroup-matrix': 'subgroup-matrix-f16-16x16x16',
};

/** Measures a peak; undefined where the device lacks what it is about. */
export function createPeaks(bed: Bed): (name: PeakName) => Promise<PeakWork | undefined> {
  const found = new Map<PeakName, Promise<Way | undefined>>();
  return async (name) => {
    const best = found.get(name) ?? findBest(bed, name);
    found.set(name, best);
    const way = await best;
    return way && measure(way, wantedMs);
  };
}

async function findBest(bed: Bed, name: PeakName): Promise<Way | undefined> {
  const needed = needs[name];
  if (needed !== undefined && !bed.gpu.facts.features.includes(needed)) return undefined;
  const families =
    name === 'copy' || name === 'read' ? memoryWays(bed, name) : arithmeticWays(bed, arithmetic[name]());
  let best: Way | undefined;
  let bestRate = 0;
  for await (const ways of families) {
    for (const way of ways) {
      const unitMs = (await way.run(1)).ms; // also what drivers put off to the first run
      const work = await measure(way, searchMs);
      const rate = (work.flops + work.bytes) / work.ms;
      if (rate > bestRate) [best, bestRate] = [way, rate];
      if (unitMs > slowMs) break;
    }
  }
  return best;
}

/**
 * The best of three runs of at least so many milliseconds each. One that was shorter shows that those before it were long by accident:
 * they start anew with more units.
 */
async function measure(way: Way, leastMs: number): Promise<PeakWork> {
  let units = 1;
  let timing = await way.run(units);
  for (let runs = 1; runs < numRuns || timing.ms < leastMs; runs++) {
    if (timing.ms < leastMs) {
      units = Math.ceil(units * Math.min(16, Math.max(1.5, (1.25 * leastMs) / timing.ms)));
      timing = await way.run(units);
      runs = 0;
    } else {
      const again = await way.run(units);
      if (again.ms < timing.ms) timing = again;
    }
  }
  return {
    ms: timing.ms,
    flops: units * way.amount.flops,
    bytes: units * way.amount.bytes,
    how: `${way.how}, ${way.groups} workgroups, ${timing.clock === 'device' ? "device's clock" : 'wall clock'}`,
  };
}

/** One dispatch whose loop runs longer. */
async function* arithmeticWays(bed: Bed, specs: readonly ArithmeticKernel[]): AsyncGenerator<readonly Way[]> {
  const { gpu, owner } = bed;
  const y = await bed.once('multiply-add', async () => {
    const buffer = owner.storage('multiply-add', 16 * arithmeticGroup * Math.max(...arithmeticGroups));
    await owner.settled();
    return buffer;
  });
  for (const spec of specs) {
    const kernel = await gpu.kernels.get(spec);
    const uniforms = (groups: number, iterations: number) => ({ groups, iterations, factor: 0.5, addend: 1 });
    yield arithmeticGroups.map((groups) => ({
      how: kernel.spec.name,
      groups,
      amount: { flops: kernel.spec.flops(uniforms(groups, 1)), bytes: 0 },
      run: (units) => gpu.time(() => gpu.recorder.dispatch(kernel, { y }, uniforms(groups, units))),
    }));
  }
}

/** The same memory over and over: far more of it than caches hold. */
async function* memoryWays(bed: Bed, kind: 'copy' | 'read'): AsyncGenerator<readonly Way[]> {
  const { gpu, owner } = bed;
  const [x, y] = await bed.once('memory', async () => {
    const buffers = [owner.storage('from', memoryBytes), owner.storage('to', memoryBytes)] as const;
    await owner.settled();
    const values = noise(noiseBytes / 4);
    for (let at = 0; at < memoryBytes; at += noiseBytes) gpu.write(buffers[0], at, values);
    return buffers;
  });
  for (const atOnce of [1, 4]) {
    const kernel = await gpu.kernels.get(memoryKernel(kind, atOnce));
    yield memoryGroups.map((groups) => ({
      how: `${kernel.spec.name} of ${memoryGroup}`,
      groups,
      amount: { flops: 0, bytes: (kind === 'copy' ? 2 : 1) * memoryBytes },
      run: (units) =>
        gpu.time(async () => {
          for (let i = 0; i < units; i++) {
            gpu.recorder.dispatch(kernel, { x, y }, { count: memoryBytes / 16, groups });
            await gpu.recorder.pace(undefined, 'bench');
          }
        }),
    }));
  }
}
