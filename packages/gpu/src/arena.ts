// Every GPU buffer has one owner that destroys it; the arena counts live and peak bytes and checks limits before allocating.
import { LimitExceededError, OutOfMemoryError, invariant } from '@longread/core';
import { allocate, type Allocation } from './allocate.ts';
import type { Device } from './device.ts';

/** Buffers that live and die together: a model's weights, a document's caches, an answer's scratch. */
export interface BufferOwner {
  /** A zeroed storage buffer of at least `bytes`. */
  storage(label: string, bytes: number): GPUBuffer;
  /** Waits until the device has accepted everything allocated so far; nothing may use it before. @throws OutOfMemoryError */
  settled(): Promise<void>;
  /** Allocates several and waits as `settled` does: all of them, or none. @throws OutOfMemoryError | LimitExceededError */
  together<T>(allocateAll: () => T): Promise<T>;
  /** Destroys some of its buffers early. */
  free(buffers: readonly GPUBuffer[]): void;
  dispose(): void;
}

/** Bytes of the buffers that short answers of the device are read back through. */
export const shortReadBytes = 256;

export class BufferArena {
  readonly #device: Device;
  /** Not in use. Some devices take a millisecond to allocate one, which every token of an answer would wait for. */
  readonly #shortReads: GPUBuffer[] = [];
  readonly #onDispose: () => void;
  #liveBytes = 0;
  #peakBytes = 0;
  #recentPeakBytes = 0;

  /** @param onDispose called before buffers are destroyed, so that caches let go of them and what uses them is submitted. */
  constructor(device: Device, onDispose: () => void) {
    this.#device = device;
    this.#onDispose = onDispose;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  owner(name: string): BufferOwner {
    const buffers = new Set<GPUBuffer>();
    let pending: Allocation[] = [];
    let disposed = false;
    const settled = async () => {
      const refusals = await Promise.all(pending.splice(0).map(({ refused }) => refused));
      const refusal = refusals.find((candidate) => candidate !== undefined);
      if (refusal) throw refusal;
    };
    const free = (some: readonly GPUBuffer[]) => {
      if (some.length === 0 || disposed) return;
      this.#onDispose();
      for (const buffer of some) {
        invariant(buffers.delete(buffer), `${name} frees a buffer that is not its own`);
        this.#destroy(buffer);
      }
    };
    return {
      storage: (label, bytes) => {
        invariant(!disposed, `${name} allocates after its disposal`);
        const allocation = this.#storage(name, `${name}/${label}`, Math.max(Math.ceil(bytes / 16) * 16, 16));
        buffers.add(allocation.buffer);
        pending.push(allocation);
        return allocation.buffer;
      },
      settled,
      together: async (allocateAll) => {
        const before = new Set(buffers);
        try {
          const all = allocateAll();
          await settled();
          return all;
        } catch (error) {
          pending = pending.filter(({ buffer }) => before.has(buffer));
          free([...buffers].filter((buffer) => !before.has(buffer)));
          throw error;
        }
      },
      free,
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.#onDispose();
        for (const buffer of buffers) this.#destroy(buffer);
        buffers.clear();
      },
    };
  }

  /**
   * What `make` builds on buffers of an owner, which it keeps and disposes of when it is done with. When building fails, or the device
   * has no room, nothing stays allocated.
   */
  async build<T>(name: string, make: (owner: BufferOwner) => Promise<T>): Promise<T> {
    const owner = this.owner(name);
    try {
      const made = await make(owner);
      await owner.settled();
      return made;
    } catch (error) {
      owner.dispose();
      throw error;
    }
  }

  /**
   * A buffer of at least `bytes` to read back through; given back by `release`, unmapped where it is to serve again.
   * @throws OutOfMemoryError where the browser has no room itself
   */
  readback(bytes: number): Allocation & { release(): void } {
    const kept = bytes <= shortReadBytes ? this.#shortReads.pop() : undefined;
    if (kept) {
      const release = () => {
        kept.unmap();
        this.#shortReads.push(kept);
      };
      return { buffer: kept, refused: Promise.resolve(undefined), release };
    }
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const allocation = this.#allocate('reading back', { label: 'readback', size: bytes, usage });
    return { ...allocation, release: () => this.#destroy(allocation.buffer) };
  }

  /** Takes a buffer of `shortReadBytes` that was allocated elsewhere, for `readback` to give. */
  keepForReading(buffer: GPUBuffer): void {
    this.adopt(buffer);
    this.#shortReads.push(buffer);
  }

  /** Destroys what `keepForReading` took. */
  dropKept(): void {
    for (const buffer of this.#shortReads.splice(0)) this.#destroy(buffer);
  }

  /** Counts a buffer that was allocated elsewhere, until `drop`. */
  adopt(buffer: GPUBuffer): void {
    this.#count(buffer.size);
  }

  /** Destroys a buffer that was adopted. */
  drop(buffer: GPUBuffer): void {
    this.#destroy(buffer);
  }

  /** The largest sum of live bytes since the last call. */
  takePeak(): number {
    const peak = this.#recentPeakBytes;
    this.#recentPeakBytes = this.#liveBytes;
    return peak;
  }

  #count(bytes: number): void {
    this.#liveBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes);
    this.#recentPeakBytes = Math.max(this.#recentPeakBytes, this.#liveBytes);
  }

  #destroy(buffer: GPUBuffer): void {
    this.#liveBytes -= buffer.size;
    buffer.destroy();
  }

  #storage(name: string, label: string, size: number): Allocation {
    const { facts } = this.#device;
    const limit = Math.min(facts.maxBufferSize, facts.maxStorageBufferBindingSize);
    if (size > limit) {
      throw new LimitExceededError(
        `The GPU buffer ${label} needs ${size} bytes; this device binds at most ${limit}. ` +
          'Choose a smaller chunk, budget or gather size, or a smaller model.',
        { buffer: label, bytes: size, limit },
      );
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    return this.#allocate(name, { label, size, usage });
  }

  #allocate(name: string, descriptor: GPUBufferDescriptor): Allocation {
    const { size } = descriptor;
    const liveBytes = this.#liveBytes;
    const allocation = allocate(
      this.#device.handle,
      descriptor,
      (options) =>
        new OutOfMemoryError(
          `The GPU has no room for ${name}: ${liveBytes} bytes are in use, and ${size} more were asked for. ` +
            'Close documents or choose smaller settings or a smaller model.',
          { owner: name, liveBytes, bytes: size },
          options,
        ),
    );
    this.#count(size);
    return allocation;
  }
}
