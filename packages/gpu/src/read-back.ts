// Brings bytes of a buffer back to the host through one that can be mapped. The copy is a submission of its own: when the device has no
// room for that buffer, nothing but the copy is lost.
import { invariant } from '@longread/core';
import type { BufferArena } from './arena.ts';
import type { Device } from './device.ts';
import type { Waits, WaitOptions } from './waits.ts';

/** Copies after everything that was submitted before. @throws OutOfMemoryError | AbortedError | DeviceLostError */
export async function readBack(
  { handle }: Device,
  arena: BufferArena,
  waits: Waits,
  { buffer, offset, bytes }: { readonly buffer: GPUBuffer; readonly offset: number; readonly bytes: number },
  options: WaitOptions | undefined,
): Promise<ArrayBuffer> {
  const staging = arena.readback(bytes);
  try {
    handle.pushErrorScope('validation'); // of a buffer that is none, if it is: no failure of the device
    const encoder = handle.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, staging.buffer, 0, bytes);
    handle.queue.submit([encoder.finish()]);
    const mapped = staging.buffer.mapAsync(GPUMapMode.READ, 0, bytes);
    mapped.catch(() => undefined); // seen below, unless the reason is
    const invalid = handle.popErrorScope();
    const checked = Promise.all([staging.refused, invalid]).then(([refusal, error]) => {
      if (refusal) throw refusal;
      invariant(error === null, `WebGPU validation failed: ${error?.message ?? ''}`);
    });
    await waits.until(checked, options);
    await waits.until(mapped, options);
    return staging.buffer.getMappedRange(0, bytes).slice(0);
  } finally {
    staging.release();
  }
}
