// Where the time of a phase goes: which kernels a chunk, a prompt and a few tokens are made of, each dispatch by the device's clock, and
// how much of what a reader waits is the host's.
import type { DispatchTiming } from '@longread/gpu';
import type { Bed } from './bed.ts';
import { compress, decode, prefill } from './tokens.ts';

/** All dispatches of one kernel within a phase. */
export interface KernelShare {
  readonly kernel: string;
  readonly dispatches: number;
  /** Fewest and most workgroups of a dispatch: a large device wants thousands. */
  readonly groups: readonly [number, number];
  /** Of all of them together. */
  readonly ms: number;
  readonly gflops: number;
}

export interface PhaseProfile {
  readonly phase: string;
  /** As a reader waits. */
  readonly wallMs: number;
  /** In which the device ran passes; what is missing to `wallMs` are the host and the gaps between submissions. */
  readonly busyMs: number;
  /** Sum of the dispatches, each in a pass of its own. */
  readonly aloneMs: number;
  readonly dispatches: number;
  /** Most time first. */
  readonly kernels: readonly KernelShare[];
}

/** Of an answer. Few: each is some hundred dispatches, and about 2,000 can be stamped at once. */
const answerTokens = 4;

/**
 * A chunk, a prompt of as many tokens and an answer behind it, one after the other; none where the device has no clock. A phase of more
 * dispatches than can be stamped is left out.
 */
export async function* profilePhases(bed: Bed, numTokens: number): AsyncGenerator<PhaseProfile> {
  const phases = {
    [`compress ${numTokens} tokens`]: () => compress(bed, numTokens),
    [`recompute ${numTokens} tokens`]: () => prefill(bed, numTokens),
    [`decode ${answerTokens} tokens behind ${numTokens}`]: () => decode(bed, numTokens, answerTokens),
  };
  for (const [phase, run] of Object.entries(phases)) {
    await run(); // compiles
    let wallMs = 0;
    const work = async () => {
      wallMs = (await run()).ms;
    };
    const { ms: busyMs, clock } = await bed.gpu.time(work);
    if (clock === 'wall') continue;
    const wall = wallMs;
    const timings = await bed.gpu.profile(work);
    if (timings !== undefined) yield { phase, wallMs: wall, busyMs, ...sharesOf(timings) };
  }
}

function sharesOf(timings: readonly DispatchTiming[]) {
  const names = [...new Set(timings.map(({ kernel }) => kernel))];
  const kernels = names.map((name): KernelShare => {
    const all = timings.filter(({ kernel }) => kernel === name);
    const groups = all.map((each) => each.groups);
    const ms = sum(all.map((each) => each.ms));
    return {
      kernel: name,
      dispatches: all.length,
      groups: [Math.min(...groups), Math.max(...groups)],
      ms,
      gflops: sum(all.map(({ flops }) => flops)) / ms / 1e6,
    };
  });
  return {
    aloneMs: sum(timings.map(({ ms }) => ms)),
    dispatches: timings.length,
    kernels: kernels.sort((a, b) => b.ms - a.ms),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
