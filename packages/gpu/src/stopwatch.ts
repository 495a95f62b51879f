// How long work takes on the device: by its own timestamps around each pass where it has them, which leave out the host and the gaps
// between submissions; by the host's clock from an idle device to an idle device elsewhere.
import { OutOfMemoryError, invariant } from '@longread/core';
import { allocate } from './allocate.ts';
import type { BufferArena } from './arena.ts';
import type { Device } from './device.ts';
import { readBack } from './read-back.ts';
import type { Dispatch, Recorder } from './recorder.ts';
import type { Waits, WaitOptions } from './waits.ts';

export type Clock = 'device' | 'wall';

export interface Timing {
  readonly ms: number;
  readonly clock: Clock;
}

/** One dispatch by the device's clock. */
export interface DispatchTiming extends Dispatch {
  readonly ms: number;
}

/** Passes of one measurement: a query set holds two stamps of each, and WebGPU allows 4,096. */
const maxPasses = 2048;
const stampBytes = 8;

interface Stamps {
  readonly queries: GPUQuerySet;
  readonly resolved: GPUBuffer;
}

export class Stopwatch {
  readonly #device: Device;
  readonly #recorder: Recorder;
  readonly #arena: BufferArena;
  readonly #waits: Waits;
  #made: Promise<Stamps | undefined> | undefined;
  #running = false;

  constructor(device: Device, recorder: Recorder, arena: BufferArena, waits: Waits) {
    this.#device = device;
    this.#recorder = recorder;
    this.#arena = arena;
    this.#waits = waits;
  }

  /**
   * Runs `work`, which records dispatches, on an idle device until all of it is done. What takes long apart from passes (copies,
   * waits for the host) counts by the host's clock only.
   * @throws what `work` throws; AbortedError | DeviceLostError | OutOfMemoryError
   */
  time(work: () => void | Promise<void>, options?: WaitOptions): Promise<Timing> {
    return this.#alone(async (stamps) => {
      const passes: Dispatch[] = [];
      const { wallMs } = await this.#stamped(stamps, passes, false, work, options);
      const read = await this.#read(stamps, passes.length, options);
      const deviceMs = read && busyMs(read);
      return deviceMs !== undefined && isPlausible(deviceMs, wallMs)
        ? { ms: deviceMs, clock: 'device' }
        : { ms: wallMs, clock: 'wall' };
    });
  }

  /**
   * Times every dispatch of `work` in a pass of its own, in their order: what each takes where it stands, which is a little more than
   * among others in one pass. Undefined where the device has no clock, or cannot stamp so many.
   * @throws as `time`
   */
  profile(
    work: () => void | Promise<void>,
    options?: WaitOptions,
  ): Promise<readonly DispatchTiming[] | undefined> {
    return this.#alone(async (stamps) => {
      const passes: Dispatch[] = [];
      await this.#stamped(stamps, passes, true, work, options);
      const read = await this.#read(stamps, passes.length, options);
      return (
        read && passes.map((pass, i) => ({ ...pass, ms: busyMs(read.subarray(2 * i, 2 * i + 2)) ?? NaN }))
      );
    });
  }

  dispose(): void {
    void this.#made?.then((stamps) => {
      stamps?.queries.destroy();
      stamps?.resolved.destroy();
    });
  }

  async #alone<T>(measure: (stamps: Stamps | undefined) => Promise<T>): Promise<T> {
    invariant(!this.#running, 'one measurement at a time');
    this.#running = true;
    try {
      this.#made ??= createStamps(this.#device);
      return await measure(await this.#made);
    } finally {
      this.#recorder.stampPasses(undefined);
      this.#running = false;
    }
  }

  /** Runs `work` from an idle device to an idle device; `passes` are those that began. */
  async #stamped(
    stamps: Stamps | undefined,
    passes: Dispatch[],
    isEachAlone: boolean,
    work: () => void | Promise<void>,
    options: WaitOptions | undefined,
  ): Promise<{ readonly wallMs: number }> {
    await this.#recorder.finish(options);
    const begin = (first: Dispatch) => {
      const index = 2 * (passes.push(first) - 1);
      return stamps && index < 2 * maxPasses ? passStamps(stamps, index) : {};
    };
    this.#recorder.stampPasses(stamps && begin, stamps && isEachAlone);
    const start = performance.now();
    await work();
    await this.#recorder.finish(options);
    const wallMs = performance.now() - start;
    this.#recorder.stampPasses(undefined);
    return { wallMs };
  }

  /** Begin and end of each pass, in nanoseconds; undefined where not all could be stamped, or there was none. */
  async #read(
    stamps: Stamps | undefined,
    passes: number,
    options: WaitOptions | undefined,
  ): Promise<BigUint64Array | undefined> {
    if (stamps === undefined || passes === 0 || passes > maxPasses) return undefined;
    const { queries, resolved } = stamps;
    const encoder = this.#device.handle.createCommandEncoder();
    encoder.resolveQuerySet(queries, 0, 2 * passes, resolved, 0);
    this.#device.handle.queue.submit([encoder.finish()]);
    const range = { buffer: resolved, offset: 0, bytes: 2 * passes * stampBytes };
    return new BigUint64Array(await readBack(this.#device, this.#arena, this.#waits, range, options));
  }
}

/**
 * Milliseconds in which the device was in one of the passes, of which `stamps` has begin and end in nanoseconds; undefined when
 * a pass ends before it begins, as it may where a device sets its counter anew.
 */
export function busyMs(stamps: BigUint64Array): number | undefined {
  const passes = Array.from({ length: stamps.length / 2 }, (_, i) => ({
    from: stamps[2 * i] ?? 0n,
    to: stamps[2 * i + 1] ?? 0n,
  })).sort((a, b) => (a.from < b.from ? -1 : 1));
  let [busy, end] = [0n, 0n];
  for (const { from, to } of passes) {
    if (to < from) return undefined;
    const begin = from > end ? from : end; // passes that do not depend on each other may overlap
    if (to > begin) busy += to - begin;
    if (to > end) end = to;
  }
  return Number(busy) / 1e6;
}

/** Host and device measure the same work, and the device's part of it cannot be the longer one; browsers round stamps to 0.1 ms. */
function isPlausible(deviceMs: number, wallMs: number): boolean {
  return deviceMs > 0 && deviceMs <= 1.05 * wallMs + 1;
}

function passStamps({ queries }: Stamps, index: number): GPUComputePassDescriptor {
  return {
    timestampWrites: {
      querySet: queries,
      beginningOfPassWriteIndex: index,
      endOfPassWriteIndex: index + 1,
    },
  };
}

/** Undefined where the device has no timestamps, or no room for them: the host's clock does. */
async function createStamps({ handle }: Device): Promise<Stamps | undefined> {
  if (!handle.features.has('timestamp-query')) return undefined;
  const size = 2 * maxPasses * stampBytes;
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const { buffer: resolved, refused } = allocate(
    handle,
    { label: 'timestamps', size, usage },
    (options) => new OutOfMemoryError('The GPU has no room for timestamps.', {}, options),
  );
  handle.pushErrorScope('out-of-memory');
  const queries = handle.createQuerySet({ label: 'timestamps', type: 'timestamp', count: 2 * maxPasses });
  const [refusal, error] = await Promise.all([refused, handle.popErrorScope()]);
  if (refusal === undefined && error === null) return { queries, resolved };
  queries.destroy();
  resolved.destroy();
  return undefined;
}
