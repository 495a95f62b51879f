// What work costs besides its arithmetic and its memory: a dispatch that waits for the one before, and an answer to the host.
import type { Bed } from '../bed.ts';
import type { Costs } from '../driver.ts';
import { memoryGroup, memoryKernel } from './kernels.ts';

const numDispatches = 1000;
const numReads = 30;

/** Dispatches of one workgroup, each writing what the one before wrote; and the readback of four bytes. */
export async function costs(bed: Bed): Promise<Costs> {
  const { gpu, owner } = bed;
  const [x, y] = await bed.once('costs', async () => {
    const buffers = [owner.storage('in', 16 * memoryGroup), owner.storage('out', 16 * memoryGroup)] as const;
    await owner.settled();
    return buffers;
  });
  const kernel = await gpu.kernels.get(memoryKernel('copy', 1));
  let recordMs = 0;
  const work = () => {
    const start = performance.now();
    for (let i = 0; i < numDispatches; i++)
      gpu.recorder.dispatch(kernel, { x, y }, { count: memoryGroup, groups: 1 });
    recordMs = performance.now() - start;
  };
  await gpu.time(work); // the recorder learns that many of them fit a submission
  const { ms, clock } = await gpu.time(work);
  const reads: number[] = [];
  for (let i = 0; i < numReads; i++) {
    const start = performance.now();
    await gpu.recorder.read(y, 0, 4);
    reads.push(performance.now() - start);
  }
  return {
    dispatchMs: ms / numDispatches,
    recordMs: recordMs / numDispatches,
    readMs: reads,
    how: `${numDispatches} dispatches, ${clock === 'device' ? "device's clock" : 'wall clock'}`,
  };
}
