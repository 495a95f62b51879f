// What the engine holds of the GPU: device, arena, kernels and recorder behind one narrow interface.
import type { DeviceLostError } from '@longread/core';
import { BufferArena, type BufferOwner } from './arena.ts';
import { requestDevice, type DeviceFacts } from './device.ts';
import { KernelCache } from './kernels.ts';
import { Recorder } from './recorder.ts';
import { Stopwatch, type DispatchTiming, type Timing } from './stopwatch.ts';
import { Waits, type WaitOptions } from './waits.ts';

export interface Gpu {
  readonly facts: DeviceFacts;
  readonly kernels: KernelCache;
  readonly recorder: Recorder;
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** The largest sum of live bytes since the last call. */
  takePeak(): number;
  owner(name: string): BufferOwner;
  /** As BufferArena's. @throws OutOfMemoryError | what `make` throws */
  build<T>(name: string, make: (owner: BufferOwner) => Promise<T>): Promise<T>;
  /** Uploads to a buffer, in order with submissions. */
  write(buffer: GPUBuffer, offsetBytes: number, data: ArrayBufferView<ArrayBuffer>): void;
  /** `work`, or the error of what comes first. @throws AbortedError | DeviceLostError | OutOfMemoryError */
  until<T>(work: Promise<T>, options: WaitOptions): Promise<T>;
  /** How long what `work` records takes on a device that has nothing else to do (stopwatch.ts). */
  time(work: () => void | Promise<void>, options?: WaitOptions): Promise<Timing>;
  /** What each dispatch that `work` records takes on the device; undefined where that has no clock for it (stopwatch.ts). */
  profile(
    work: () => void | Promise<void>,
    options?: WaitOptions,
  ): Promise<readonly DispatchTiming[] | undefined>;
  /** Throws the typed error of the first failure of the device, if there was one. */
  check(): void;
  /** Resolves when the device is gone, `dispose` included. */
  readonly lost: Promise<DeviceLostError>;
  dispose(): void;
}

/**
 * @param acceptsInt8 whether kernels may round what they multiply to int8 (tolerance class int8-inputs), where that is faster.
 * @throws WebGpuUnavailableError | LimitExceededError | OutOfMemoryError | DeviceLostError
 */
export async function createGpu(api: GPU | undefined, { acceptsInt8 = false } = {}): Promise<Gpu> {
  const device = await requestDevice(api, { acceptsInt8 });
  const waits = new Waits(device);
  const kernels = new KernelCache(device);
  const arena = new BufferArena(device, () => {
    recorder.submit();
    kernels.forgetBindGroups();
  });
  const recorder: Recorder = await Recorder.create(device, kernels, arena, waits).catch((error: unknown) => {
    device.handle.destroy();
    throw error;
  });
  const stopwatch = new Stopwatch(device, recorder, arena, waits);
  return {
    facts: device.facts,
    kernels,
    recorder,
    get liveBytes() {
      return arena.liveBytes;
    },
    get peakBytes() {
      return arena.peakBytes;
    },
    takePeak: () => arena.takePeak(),
    owner: (name) => arena.owner(name),
    build: (name, make) => arena.build(name, make),
    write: (buffer, offsetBytes, data) => {
      recorder.submit(); // uploads happen on the queue: what was recorded before must come first
      device.handle.queue.writeBuffer(buffer, offsetBytes, data);
    },
    until: (work, options) => waits.until(work, options),
    time: (work, options) => stopwatch.time(work, options),
    profile: (work, options) => stopwatch.profile(work, options),
    check: () => device.check(),
    lost: device.lost,
    dispose: () => {
      stopwatch.dispose();
      recorder.dispose();
      device.handle.destroy();
    },
  };
}
