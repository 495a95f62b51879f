// Runs the peak kernels long enough to be told apart from the overhead of a submission.
import { timed, type Bed } from '../bed.ts';
import type { Accumulators, Work } from '../driver.ts';
import { copy, multiplyAdd, multiplyAdd12 } from './kernels.ts';

/** A peak run takes at least this long. */
const wantedMs = 400;
/** Invocations enough for a large GPU; a software adapter runs them one after the other. */
const groups = 512;
const groupSize = 64;
const copyBytes = 128 * 1024 * 1024;

/** The device's multiply-adds; iterations are found by doubling and kept. */
export function createMultiplyAdd(bed: Bed): (accumulators: Accumulators) => Promise<Work> {
  const found = new Map<Accumulators, number>();
  return async (accumulators) => {
    const kernel = await bed.gpu.kernels.get(accumulators === 12 ? multiplyAdd12 : multiplyAdd);
    let iterations = found.get(accumulators) ?? 1;
    const y = await bed.once('multiply-add', () =>
      Promise.resolve(bed.owner.storage('multiply-add', 16 * groups * groupSize)),
    );
    for (;;) {
      const uniforms = { groups, iterations, factor: 0.5, addend: 1 };
      const work = await timed(bed, { flops: kernel.spec.flops(uniforms), bytes: 0 }, () =>
        bed.gpu.recorder.dispatch(kernel, { y }, uniforms),
      );
      if (work.ms >= wantedMs) return work;
      iterations *= 2;
      found.set(accumulators, iterations);
    }
  };
}

/** The device's memory, reading one buffer and writing another of the same size. */
export function createCopy(bed: Bed): () => Promise<Work> {
  return async () => {
    const kernel = await bed.gpu.kernels.get(copy);
    const [x, y] = await bed.once('copy', async () => {
      const buffers = [bed.owner.storage('from', copyBytes), bed.owner.storage('to', copyBytes)] as const;
      await bed.owner.settled();
      return buffers;
    });
    return timed(bed, { flops: 0, bytes: 2 * copyBytes }, () =>
      bed.gpu.recorder.dispatch(kernel, { x, y }, { count: copyBytes / 16, groups }),
    );
  };
}
